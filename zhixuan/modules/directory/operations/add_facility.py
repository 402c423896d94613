from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.directory.operations import _writing
from zhixuan.modules.directory.operations.set_supply_line import set_supply_line
from zhixuan.rules.directory.facts import FacilityFacts
from zhixuan.shared.access import Actor


@transaction.atomic
def add_facility(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    kind: str,
    area_id: int,
    level: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    address: str = "",
    opening_hours: str = "",
    phone: str = "",
    valid_from: date | None = None,
    supplied_by_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Facility:
    """Add a facility to an area.

    Args:
        level: whose turnover norm it follows; the usual one of its kind when empty.
        longitude, latitude: degrees, WGS 84; both or neither.

    Raises:
        Refused: every wrong field at once; a code that is taken.
        Unknown, Forbidden: the area is not the actor's.
    """
    area = _writing.found(Area.objects.all(), area_id)
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
        )
    )

    facility = _writing.insert_facility(facts, area, verb="add_facility", actor=actor, at=at)
    if supplied_by_id is not None:
        set_supply_line(facility_id=facility.pk, supplied_by_id=supplied_by_id, actor=actor, at=at)
        facility.refresh_from_db()
    return facility
