"""What every operation on an order shares: find and lock it, take a step, leave a trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from zhixuan.modules.orders.models import Order, OrderStep
from zhixuan.modules.orders.queries import orders
from zhixuan.rules.orders import steps
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import LEADS_TO, SIDE_OF, State, Verb
from zhixuan.shared import audit
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
    number = OrderStep.objects.filter(order=order).count() + 1
    OrderStep.objects.create(
        order=order,
        number=number,
        verb=verb,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
        note=note.strip(),
        details=dict(details or {}),
    )
    if verb in LEADS_TO:
        order.stage = LEADS_TO[verb]
        order.save(update_fields=["stage"])
    audit.record(actor, f"{verb.value}_order", "orders.order", order.pk, order.asker.area_path, {"step": number}, at)
