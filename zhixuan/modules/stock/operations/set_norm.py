"""Set another norm than that of the level, for a facility or for a level of facilities in an area."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import NormOverride
from zhixuan.modules.stock.queries.norms import norm_level
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.norm_overrides import checked_bounds
from zhixuan.rules.stock.norms import FacilityLevel
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def set_norm(
    *,
    facility_id: int | None = None,
    area_id: int | None = None,
    level: str = "",
    min_months: Decimal,
    max_months: Decimal,
    emergency_months: Decimal,
    reason: str,
    actor: Actor,
    at: datetime,
) -> NormOverride:
    """Set the norm of a facility, or of all facilities of a level in an area. What held before is ended, not changed;
    asking for what holds already changes nothing.

    Raises:
        Refused: bounds that contradict each other, no reason, no level.
        Unknown: the facility or area is out of sight.
        Forbidden: no station officer there.
    """
    where = _where(actor, facility_id, area_id, level)
    checked_bounds(
        min_months=Fraction(min_months),
        max_months=Fraction(max_months),
        emergency_months=Fraction(emergency_months),
        reason=reason,
    )

    values: dict[str, object] = {
        "min_months": min_months,
        "max_months": max_months,
        "emergency_months": emergency_months,
    }
    values |= {"reason": reason.strip()}
    standing = NormOverride.objects.select_for_update().filter(ended_at=None, **where).first()
    if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
        return standing

    if standing is not None:
        NormOverride.objects.filter(pk=standing.pk).update(ended_at=at, ended_by_name=actor.name)
    made = NormOverride.objects.create(**where, **values, set_at=at, set_by=actor.user_id, set_by_name=actor.name)
    told = {name: str(value) for name, value in (where | values).items()}
    area_path = made.area_path or (made.facility.area_path if made.facility else "")
    audit.record(actor, "set_norm", "stock.norm", str(made.pk), area_path, told, at)
    return made


def _where(actor: Actor, facility_id: int | None, area_id: int | None, level: str) -> dict[str, object]:
    if facility_id is not None:
        facility = directory.facility(actor, facility_id)
        if not actor.may(permissions.SET_NORMS, area_path=facility.area_path, facility_id=facility.pk):
            raise Forbidden
        return {"facility_id": facility.pk, "area_path": "", "level": ""}
    if area_id is None:
        raise Refused(N_("Choose a facility or an area."), field="where")
    area = directory.area(actor, area_id)
    if not actor.may(permissions.SET_NORMS, area_path=area.path, facility_id=0):
        raise Forbidden
    if level not in set(FacilityLevel):
        raise Refused(N_("Choose the level of the facilities for which it holds."), field="level")
    return {"facility_id": None, "area_path": area.path, "level": norm_level(level)}
