"""Making a backup."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

import zhixuan
from zhixuan.config.backup import keys, manifest, postgres, records, sqlite
from zhixuan.config.backup.manifest import Manifest
from zhixuan.rules.refusal import N_, Refused

Report = Callable[[int, int], None]


def make_backup(
    target: Path, *, at: datetime, keys_apart: Path | None = None, passphrase: str = "", report: Report | None = None
) -> Manifest:
    """Copy database, uploads and keys into one .tar.gz while the system runs.

    Args:
        target: the file to write; it must not be there yet.
        keys_apart: leave the keys out of the archive and lock them into this file with the passphrase.
        report: called with files written and files in all.

    Raises:
        Refused: a file is there already, there is nothing to back up, or a program is missing.
    """
    for path in (target, keys_apart):
        if path is not None and path.exists():
            raise Refused(N_("{file} is there already: nothing is overwritten."), file=str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        folder = Path(name)
        store = sqlite if connection.vendor == "sqlite" else postgres
        if store.is_empty():
            raise Refused(N_("There is nothing to back up: the database has no tables yet."))
        contents = store.dump(folder)
        found_keys = keys.key_files(settings.DATA / "keys")
        inside = {store.FILE: folder / store.FILE, **_uploads()}
        if keys_apart is None:
            inside |= {f"keys/{name}": path for name, path in found_keys.items()}
        made = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            version=zhixuan.__version__,
            database=connection.vendor,
            server_version=contents.server_version,
            migrations=contents.migrations,
            rows=contents.rows,
            ledger_head=contents.ledger_head,
            files={name: manifest.digest(path) for name, path in inside.items()},
            keys={name: manifest.digest(path) for name, path in found_keys.items()},
        )
        _write(folder / "archive", made, inside, report or _silent)
        if keys_apart is not None:
            keys.lock(found_keys, keys_apart, passphrase)
        (folder / "archive").rename(target)
    records.note_backup(target, at)
    return made


def _uploads() -> dict[str, Path]:
    media: Path = settings.DATA / "media"
    return {f"media/{path.relative_to(media)}": path for path in sorted(media.rglob("*")) if path.is_file()}


def _write(target: Path, made: Manifest, inside: dict[str, Path], report: Report) -> None:
    """The manifest first, so that a reader need not unpack all to know what it has."""
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
            text = made.as_json().encode()
            head = tarfile.TarInfo(manifest.NAME)
            head.size, head.mode = len(text), 0o600
            archive.addfile(head, io.BytesIO(text))
            for number, (name, path) in enumerate(inside.items(), 1):
                archive.add(path, arcname=name, filter=_anonymous)
                report(number, len(inside))
        stream.flush()
        os.fsync(stream.fileno())


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
