"""When the last backup and the last restore were, for the doctor."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings


def note_backup(path: Path, at: datetime) -> None:
    """Remember that a backup was made."""
    _write("last-backup.json", path, at)


def note_restore(path: Path, at: datetime) -> None:
    """Remember that a backup was brought back and proved."""
    _write("last-restore.json", path, at)


def last_backup() -> datetime | None:
    """None when there was none."""
    return _read("last-backup.json")


def last_restore() -> datetime | None:
    """None when there was none."""
    return _read("last-restore.json")


def _write(name: str, path: Path, at: datetime) -> None:
    (settings.DATA / name).write_text(json.dumps({"at": at.isoformat(), "file": str(path)}))


def _read(name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads((settings.DATA / name).read_text())["at"])
    except (OSError, ValueError, KeyError):
        return None
