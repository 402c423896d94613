"""What every operation on an order shares: find and lock it, take a step, leave a trace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhixuan.modules.orders.models import Order, OrderStep
from zhixuan.modules.orders.queries import orders
from zhixuan.rules.orders import steps
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import LEADS_TO, SIDE_OF, State, Verb
from zhixuan.shared import audit, writing
from zhixuan.shared.access import Actor, Forbidden


def locked(actor: Actor, order_id: int, verb: Verb) -> Order:
    """The order, so that nobody else changes it meanwhile, if the actor acts for the side this step belongs to.

    Raises:
        Unknown: not in sight.
        Forbidden: in sight, but this is the other side's to do.
    """
    orders.order(actor, order_id)
    found = Order.objects.select_for_update(of=("self",)).select_related("asker", "supplier").get(pk=order_id)
    if SIDE_OF[verb] not in orders.sides(actor, found):
        raise Forbidden
    return found


def check(order: Order, verb: Verb, actor: Actor, lines: Collection[LineProgress] = ()) -> None:
    """The step is possible now and for this person.

    Args:
        lines: of an approved order, how far its goods have come.

    Raises:
        Refused: see rules.
    """
    now = steps.state(State(order.stage), lines)
    steps.check(verb, now, orders.as_steps(orders.steps_of(order.pk)), orders.who(actor))


def take(
    order: Order,
    verb: Verb,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record the step and move the order's stage with it."""
    taken = [Taken(verb, dict(details or {}), note.strip())]
    before = {order.pk: OrderStep.objects.filter(order=order).count()}
    record([(order, taken)], before=before, actor=actor, at=at)
    if verb in LEADS_TO:
        order.stage = stage_after(order.stage, taken)
        order.save(update_fields=["stage"])


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it is recorded."""

    verb: Verb
    details: Mapping[str, Any]
    note: str = ""


def stage_after(stage: str, taken: Iterable[Taken]) -> str:
    """Where the steps lead an order."""
    for one in taken:
        stage = LEADS_TO.get(one.verb, State(stage)).value
    return stage


def record(
    told: Iterable[tuple[Order, Sequence[Taken]]], *, before: Mapping[int, int], actor: Actor, at: datetime
) -> None:
    """Record steps of many orders, each in its order, without moving their stages.

    Args:
        before: how many steps an order has already, by its id; none where it is left out.
    """
    numbered = [
        (order, number, one)
        for order, taken in told
        for number, one in enumerate(taken, start=before.get(order.pk, 0) + 1)
    ]
    writing.insert(
        [
            OrderStep(
                order=order,
                number=number,
                verb=one.verb,
                at=at,
                actor_id=actor.user_id,
                actor_name=actor.name[:150],
                note=one.note,
                details=dict(one.details),
            )
            for order, number, one in numbered
        ]
    )
    audit.record_all(
        audit.entry(
            actor, f"{one.verb.value}_order", "orders.order", order.pk, order.asker.area_path, {"step": number}, at
        )
        for order, number, one in numbered
    )
