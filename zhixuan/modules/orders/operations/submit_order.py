"""Ask for the goods of a draft."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.orders.operations import _sending_in, _steps
from zhixuan.rules.orders.steps import Verb
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def submit_order(*, order_id: int, on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Send the draft in to the supplier, who answers it. Safe to repeat.

    Raises:
        Refused: all that is missing, at once; an order that is no draft any more.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.SUBMIT)
    _steps.check(order, Verb.SUBMIT, actor)

    _sending_in.send_in(order, on=on, actor=actor, at=at)
    return order.pk
