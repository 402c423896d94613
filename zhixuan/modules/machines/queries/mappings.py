"""How the records of each vendor are read: definitions that ship, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from zhixuan.rules.machines.record_files import RecordMapping, read_mapping
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import definitions

FOLDER = "machine_records"


def names() -> list[str]:
    return [Path(file).stem for file in definitions.names(FOLDER)]


@cache
def _shipped(name: str) -> RecordMapping:
    return read_mapping(definitions.read(f"{FOLDER}/{name}.toml"), file=f"{name}.toml")


def mapping(name: str) -> RecordMapping:
    """The mapping of that name.

    Raises:
        Refused: there is none.
    """
    if name not in names():
        raise Refused(N_("Choose whose records they are."), field="mapping")
    return _shipped(name)
