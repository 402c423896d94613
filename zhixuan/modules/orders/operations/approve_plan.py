"""Agree to a distribution: an order and an issue document for every place that gets something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders.models import NumberSeries, Order, OrderLine, Plan, PlanLine
from zhixuan.modules.orders.operations import _numbers, _papers, _plans, _steps
from zhixuan.modules.orders.queries import plans
from zhixuan.rules.orders.steps import State, Verb
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
    for place in sorted(by_place, key=lambda one: one.pk):
        order = _order(plan, place, by_place[place], on=on, actor=actor, at=at)
        sent = [(line.product_id, line.pieces) for line in by_place[place]]
        own_id = uuid5(command_id, f"order {order.pk}")
        _papers.draw(order, sent, on=on, actor=actor, command_id=own_id, at=at)
    audit.record(actor, "approve_plan", "orders.plan", plan.pk, plan.giver.area_path, {"places": len(by_place)}, at)
    return plan.pk


def _order(plan: Plan, place: Facility, lines: Sequence[PlanLine], *, on: date, actor: Actor, at: datetime) -> Order:
    """What a place gets by the plan, as an order that is agreed to already."""
    order = Order.objects.create(
        asker=place,
        supplier=plan.giver,
        year=on.year,
        number=_numbers.next_number(place.pk, NumberSeries.Series.ORDER, on.year),
        kind=Order.Kind.PUSH,
        stage=State.DRAWN,
        drawn_on=on,
        submitted_on=on,
        plan=plan,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product_id=line.product_id,
            suggested=line.proposed,
            terms=line.terms,
            asked=line.pieces,
            approved=line.pieces,
        )
        for position, line in enumerate(lines, start=1)
    )
    _steps.take(order, Verb.DRAW, actor=actor, at=at, details={"plan": plans.plan_number(plan)})
    _steps.take(order, Verb.APPROVE, actor=actor, at=at, details={"plan": plans.plan_number(plan)})
    return order
