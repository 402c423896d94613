"""What every operation on a plan shares: find it and lock it."""

from __future__ import annotations

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandPlan
from zhixuan.modules.planning.queries import plans
from zhixuan.shared.access import Actor


def locked(actor: Actor, plan_id: int) -> DemandPlan:
    """The plan, so that nobody else changes it meanwhile, if the actor plans there or above.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    permissions.require_plan(actor, plans.plan(actor, plan_id).area.path)
    return DemandPlan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan_id)
