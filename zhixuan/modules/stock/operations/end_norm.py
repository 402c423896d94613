"""End a norm that was set for a facility or an area: the norm of the level holds again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import NormOverride
from zhixuan.modules.stock.queries import norms
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def end_norm(*, override_id: int, actor: Actor, at: datetime) -> NormOverride:
    """End it; repeating changes nothing.

    Raises:
        Unknown: not there, or of another area.
        Forbidden: no station officer there.
    """
    found = norms.override(actor, override_id)
    area_path = found.facility.area_path if found.facility else found.area_path
    if not actor.may(permissions.SET_NORMS, area_path=area_path, facility_id=found.facility_id or 0):
        raise Forbidden

    if NormOverride.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at, ended_by_name=actor.name):
        audit.record(actor, "end_norm", "stock.norm", str(found.pk), area_path, {}, at)
    return found
