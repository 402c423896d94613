"""Keep a file of monthly records until what it holds has been looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import history_files
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def keep_history_file(
    *, content: bytes, file_name: str, mapping: bytes, actor: Actor, command_id: UUID, at: datetime
) -> UUID:
    """Answer the id of the upload. Safe to repeat.

    Args:
        mapping: a TOML file as `zhixuan forecast --mapping` takes it; empty: the usual titles.

    Raises:
        Refused: too large, or no mapping.
        Forbidden: the actor plans nowhere.
    """
    if not actor.has(permissions.PLAN):
        raise Forbidden
    subject = command_id
    if mapping:
        history_files.mapping_from(mapping)
        subject = uploads.keep(
            purpose=history_files.MAPPING_PURPOSE,
            subject=command_id,
            content=mapping,
            file_name="mapping.toml",
            actor=actor,
            command_id=history_files.mapping_id(command_id),
            at=at,
        ).pk
    # The same file may be forecast again, with other months ahead: its subject is never that of an earlier one.
    kept = uploads.keep(
        purpose=history_files.PURPOSE,
        subject=subject,
        content=content,
        file_name=file_name,
        actor=actor,
        command_id=command_id,
        at=at,
    )
    return kept.pk
