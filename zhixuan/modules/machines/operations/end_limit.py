"""Lift a limit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.machines.models import Limit, Machine
from zhixuan.modules.machines.permissions import LIMIT, VIEW
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden, Unknown, the_one


@transaction.atomic
def end_limit(*, limit_id: int, actor: Actor, at: datetime) -> Limit:
    """End a limit: its machines give without one again; repeating changes nothing.

    Raises:
        Unknown, Forbidden: the actor does not set limits there.
    """
    row = the_one(Limit.objects.select_for_update(of=("self",)).select_related("area").filter(pk=limit_id))
    if not actor.may(LIMIT, area_path=row.area.path):
        raise Forbidden if actor.may(VIEW, area_path=row.area.path) else Unknown
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        Machine.objects.filter(limit=row).update(limit=None)
        audit.record(actor, "end_limit", "machines.limit", limit_id, row.area.path, {}, at)
    return row
