"""After a backup was put back, the note of the latest seal speaks of a ledger that is no longer here."""

from __future__ import annotations

from pathlib import Path

from zhixuan.modules.stock.operations import _head


def put_note_aside(folder: Path) -> None:
    """Move the note into the folder of what was replaced; the sealer begins a new one. Nothing without a note."""
    note = _head.file()
    if note.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.replace(folder / note.name)
