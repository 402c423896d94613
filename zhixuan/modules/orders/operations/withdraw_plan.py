"""Give up a distribution that nobody has approved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.orders.models import Plan
from zhixuan.modules.orders.operations import _plans
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def withdraw_plan(*, plan_id: int, actor: Actor, command_id: UUID, at: datetime) -> int:
    """The draft stays to be read and comes to nothing. Safe to repeat.

    Raises:
        Refused: it was approved or withdrawn.
        Unknown, Forbidden: see permissions.
    """
    plan = _plans.locked(actor, plan_id)

    plan.state = Plan.State.WITHDRAWN
    plan.save(update_fields=["state"])
    audit.record(actor, "withdraw_plan", "orders.plan", plan.pk, plan.giver.area_path, {}, at)
    return plan.pk
