"""Take the readings of a logger's file into the storage log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.quality.operations.record_readings import record_readings
from zhixuan.modules.quality.queries import logger
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor
from zhixuan.shared.uploads import Upload


@transaction.atomic
def import_readings(*, upload_id: UUID, actor: Actor, at: datetime) -> Upload:
    """Apply the file, all of it or nothing. Repeating changes nothing.

    Raises:
        Refused: every mistake of the file.
        Unknown, Forbidden: somebody else's file, or not the actor's store any more.
    """
    upload = uploads.lock(actor, upload_id, logger.PURPOSE)
    if upload.applied_at is not None:
        return upload
    facility_id = int(upload.subject)
    plan = logger.planned(upload, facility_id, now=at)
    if plan.mistakes:
        raise Refused.many(plan.mistakes)

    added = 0
    if plan.fresh:
        added = record_readings(facility_id=facility_id, readings=plan.fresh, imported=True, actor=actor, at=at)
    uploads.finish(upload, {"added": added, "known": plan.known}, at)
    return upload
