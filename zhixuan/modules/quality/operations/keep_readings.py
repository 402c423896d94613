"""Keep a logger's file until its dry run has been looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.queries import logger
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor
from zhixuan.shared.uploads import Upload


def keep_readings(
    *, facility_id: int, content: bytes, file_name: str, actor: Actor, command_id: UUID, at: datetime
) -> Upload:
    """Keep the file until its dry run has been looked at. Safe to repeat.

    Raises:
        Refused: too large, or applied before.
        Unknown, Forbidden: see permissions.
    """
    permissions.require(actor, permissions.LOG_STORAGE, places_of(facility_id))
    return uploads.keep(
        purpose=logger.PURPOSE,
        subject=facility_id,
        content=content,
        file_name=file_name,
        actor=actor,
        command_id=command_id,
        at=at,
    )
