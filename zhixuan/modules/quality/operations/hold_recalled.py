"""Put the recalled lot into quarantine at every facility at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality.operations import _recalled
from zhixuan.modules.quality.operations._recalls import locked
from zhixuan.modules.quality.operations.issue_recall import send_notices
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def hold_recalled(*, recall_id: int, actor: Actor, at: datetime) -> int:
    """Hold all of the lot in the area, one slip a facility, all or none; answers how many pieces. Facilities that got
    it only since are sent a notice too. Repeating holds what has come since, mostly nothing.

    Raises:
        Refused: the recall is closed, or a facility's month is.
        Unknown, Forbidden: only the station officer of the area.
    """
    recall = locked(recall_id, actor)
    concerned = queries.facilities_concerned(queries.lot_ids_of(recall), recall.area_path)
    # In one order, as every posting locks its places: two officers cannot wait for each other.
    facility_ids = sorted(facility.pk for facility in concerned)

    held = sum(_recalled.hold(recall, facility_id, actor=actor, at=at) for facility_id in facility_ids)
    send_notices(recall, facility_ids, at)
    details = {"pieces": held, "facilities": len(facility_ids)}
    audit.record(actor, "hold_recalled", "quality.recall", recall.pk, recall.area_path, details, at)
    return held
