"""What a backup says of itself: read before anything of it is believed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from zhixuan.rules.refusal import N_, Refused

NAME = "manifest.json"
FORMAT = 1
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of `manifest.json`.

    Args:
        database: "sqlite" or "postgresql".
        migrations: steps the database had taken, "app.name".
        rows: number of rows of every table, counted in the copy.
        ledger_head: last event and the digest of the last seal; to be noted down elsewhere.
        files: path in the archive to SHA-256.
        keys: name to SHA-256 of every key that belongs to it, also of those kept apart.
    """

    made_at: str
    version: str
    database: str
    server_version: str
    migrations: list[str]
    rows: dict[str, int]
    ledger_head: dict[str, str | int | None]
    files: dict[str, str]
    keys: dict[str, str]
    format: int = FORMAT

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)


def read(text: bytes) -> Manifest:
    """The manifest of an archive.

    Raises:
        Refused: it is not ours, or of a newer format.
    """
    try:
        found = json.loads(text)
        if found["format"] > FORMAT:
            raise Refused(N_("This backup was made by a newer version of Zhixuan: install that version first."))
        return Manifest(**found)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(N_("This is not a backup of Zhixuan: its manifest cannot be read.")) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            found.update(block)
    return found.hexdigest()
