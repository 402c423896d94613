"""Keep a vendor's file until what it would do has been looked at."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from uuid import UUID

from zhixuan.modules.machines.permissions import RECORD
from zhixuan.modules.machines.queries import mappings, record_files
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.tables import Table

PURPOSE = "machines.records"


def upload_records(
    *, mapping: str, content: bytes, file_name: str, actor: Actor, command_id: UUID, at: datetime
) -> UUID:
    """Keep the file and answer its id. It is read before: one that says who took something is refused and never stored.

    Raises:
        Refused: unreadable, about people, applied before, no such mapping.
        Forbidden: the actor may enter records nowhere.
    """
    if not actor.has(RECORD):
        raise Forbidden
    known = mappings.mapping(mapping)
    try:
        record_files.refuse_people(_tables(content, file_name, record_files.titles(known)))
    except Refused as refused:
        for reason in refused.reasons:
            reason.field = "file"
        raise
    kept = uploads.keep(
        purpose=PURPOSE,
        subject=mapping,
        content=content,
        file_name=file_name,
        actor=actor,
        command_id=command_id,
        at=at,
    )
    return kept.id


def _tables(content: bytes, file_name: str, titles: list[str]) -> list[Table]:
    """The sheets of a file that is not kept yet."""
    with tempfile.NamedTemporaryFile(prefix="zhixuan-records-") as file:
        file.write(content)
        file.flush()
        return read_tables(Path(file.name), name=file_name, titles=titles)
