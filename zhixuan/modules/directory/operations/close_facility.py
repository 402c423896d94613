from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.operations import _writing
from zhixuan.rules.directory.facilities import check_closing
from zhixuan.shared import audit, events
from zhixuan.shared.access import Actor


@transaction.atomic
def close_facility(*, facility_id: int, on: date, actor: Actor, at: datetime) -> None:
    """Close a facility for good: `on` is its last day. Its past stays; nothing is deleted.

    Raises:
        Refused: it still supplies others, had not opened by then, or stock is left there.
        Unknown, Forbidden: the facility is not the actor's.
    """
    facility = _writing.found(Facility.objects.select_for_update(), facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=facility.area_path, facility_id=facility.pk)
    if facility.valid_to == on:
        return

    check_closing(on, valid_from=facility.valid_from, open_supplied=facility.supplies.filter(valid_to=None).count())

    events.tell(events.FacilityCloses(facility.pk, on))

    facility.valid_to = on
    facility.save(update_fields=["valid_to"])
    details = {"on": on.isoformat()}
    audit.record(actor, "close_facility", "directory.facility", facility.pk, facility.area_path, details, at)
