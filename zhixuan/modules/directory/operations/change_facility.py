from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.directory.operations import _writing
from zhixuan.modules.directory.queries.known import facility_facts
from zhixuan.rules.directory.facts import FacilityFacts
from zhixuan.shared.access import Actor


@transaction.atomic
def change_facility(
    *,
    facility_id: int,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    area_id: int,
    level: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    address: str = "",
    opening_hours: str = "",
    phone: str = "",
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
) -> Facility:
    """Correct what is known of a facility, or move it to another area. Its closing is `close_facility`.

    Raises:
        Refused: every wrong field at once; a code that is taken.
        Unknown, Forbidden: the facility, or the area it is to move to, is not the actor's.
    """
    facility = _writing.found(Facility.objects.select_for_update(of=("self",)).select_related("area"), facility_id)
    area = _writing.found(Area.objects.all(), area_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=facility.area_path, facility_id=facility.pk)
    if area.pk != facility.area_id:
        permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=area.path)

    facts = _writing.clean_facts(
        FacilityFacts(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            kind=kind,
            level=level,
            area=area.code,
            longitude=longitude,
            latitude=latitude,
            address=address,
            opening_hours=opening_hours,
            phone=phone,
            valid_from=valid_from,
            valid_to=facility.valid_to,
        ),
        known_as=facility.code,
    )
    if facts == facility_facts(facility):
        return facility

    _writing.rewrite_facility(facility, facts, area, verb="change_facility", actor=actor, at=at)
    return facility
