"""Agree to a distribution: an order and an issue document for every place that gets something."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders.models import Plan, PlanLine
from zhixuan.modules.orders.operations import _plans, _push
from zhixuan.modules.orders.operations._push import Parcel, Pushed
from zhixuan.modules.orders.queries import plans
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def approve_plan(*, plan_id: int, on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """All places or none, in one transaction. Safe to repeat.

    Raises:
        Refused: the store has less by now, or nobody gets anything.
        Unknown, Forbidden: see permissions.
    """
    plan = _plans.locked(actor, plan_id)
    lines = plans.lines_of(plan_id)
    _plans.check_available(plan, lines, on=on)
    by_place: dict[Facility, list[PlanLine]] = defaultdict(list)
    for line in lines:
        if line.pieces:
            by_place[line.facility].append(line)
    if not by_place:
        raise Refused(N_("Nobody gets anything by this plan. Enter quantities, or withdraw it."), code="no_lines")

    plan.state, plan.approved_at, plan.approved_by_name = Plan.State.APPROVED, at, actor.name[:150]
    plan.save(update_fields=["state", "approved_at", "approved_by_name"])
    called = plans.plan_number(plan)
    parcels = [
        Parcel(
            plan.giver, place, [Pushed(one.product_id, one.pieces, one.proposed, one.terms) for one in by_place[place]]
        )
        for place in sorted(by_place, key=lambda one: one.pk)
    ]
    _push.push_all(parcels, called=called, plan=plan, on=on, actor=actor, command_id=command_id, at=at)
    audit.record(actor, "approve_plan", "orders.plan", plan.pk, plan.giver.area_path, {"places": len(by_place)}, at)
    return plan.pk
