from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import ImportDraft
from zhixuan.modules.directory.queries.planned import planned
from zhixuan.shared.access import Actor, Forbidden


def upload_tables(*, content: bytes, file_name: str, actor: Actor, command_id: UUID, at: datetime) -> ImportDraft:
    """Keep a file of directory tables until its plan has been looked at and applied. Safe to repeat.

    Raises:
        Refused: the file cannot be read at all, or holds none of the tables.
        Forbidden: the actor may import nowhere.
    """
    if actor.user_id is None or not actor.has(permissions.IMPORT_TABLES):
        raise Forbidden
    # Read outside the transaction: taking a file apart may last seconds, and SQLite has one writer.
    planned(content, file_name=file_name, actor=actor)

    with transaction.atomic():
        draft, _ = ImportDraft.objects.get_or_create(
            id=command_id,
            uploaded_by=actor.user_id,
            defaults={"file_name": file_name[:200], "content": content, "uploaded_at": at},
        )
    return draft
