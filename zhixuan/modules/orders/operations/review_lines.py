"""Cut, raise or refuse lines of an order before it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._reviewing import ReviewedLine, set_agreed
from zhixuan.rules.orders.steps import Verb
from zhixuan.shared.access import Actor

__all__ = ["ReviewedLine", "review_lines"]


@transaction.atomic
def review_lines(*, order_id: int, lines: Sequence[ReviewedLine], actor: Actor, at: datetime) -> int:
    """Set what is agreed, of one line or many. No command id: the same again changes nothing.

    Reasons are asked for when the order is approved.

    Returns:
        How many lines are other than before.

    Raises:
        Refused: a faulty quantity, a product twice or not in the order, the actor asked for the goods, an order that
            was answered.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.REVIEW)
    _steps.check(order, Verb.REVIEW, actor)
    return set_agreed(order, lines, actor=actor, at=at)
