"""Keep a vendor's file until what it would do has been looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.machines.permissions import RECORD
from zhixuan.modules.machines.queries import mappings, record_files
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden
from zhixuan.shared.models import Upload

PURPOSE = "machines.records"


def upload_records(
    *, mapping: str, content: bytes, file_name: str, actor: Actor, command_id: UUID, at: datetime
) -> Upload:
    """Keep the file. It is read before: one that says who took something is refused and never stored.

    Raises:
        Refused: unreadable, about people, applied before, no such mapping.
        Forbidden: the actor may enter records nowhere.
    """
    if not actor.has(RECORD):
        raise Forbidden
    known = mappings.mapping(mapping)
    draft = Upload(content=content, file_name=file_name[:200])
    try:
        record_files.refuse_people(uploads.tables_of(draft, titles=record_files.titles(known)), known)
    except Refused as refused:
        for reason in refused.reasons:
            reason.field = "file"
        raise
    return uploads.keep(
        purpose=PURPOSE,
        subject=mapping,
        content=content,
        file_name=file_name,
        actor=actor,
        command_id=command_id,
        at=at,
    )
