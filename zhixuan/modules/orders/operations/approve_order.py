"""Agree to an order, as it was asked or as it was reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._reviewing import ReviewedLine, set_agreed
from zhixuan.modules.orders.queries import orders
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once
from zhixuan.shared.ui.naming import LocalizedName

__all__ = ["ReviewedLine", "approve_order"]


@once
def approve_order(
    *,
    order_id: int,
    lines: Sequence[ReviewedLine] = (),
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """Lines nobody reviewed are agreed to as asked. Safe to repeat.

    Args:
        lines: reviewed in the same breath: nothing is agreed to unless everything is.

    Raises:
        Refused: a line that cannot be reviewed so; every cut or raised line without a reason; the actor
            asked for the goods; nothing left to agree to.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.APPROVE)
    _steps.check(order, Verb.APPROVE, actor)
    if lines:
        set_agreed(order, lines, actor=actor, at=at)
    _check_lines(order)

    order.lines.filter(approved=None).update(approved=F("asked"))
    _steps.take(order, Verb.APPROVE, actor=actor, at=at, note=note)
    return order.pk


def _check_lines(order: Order) -> None:
    problems = []
    total = 0
    for line in orders.lines_of(order.pk):
        approved = line.asked if line.approved is None else line.approved
        total += approved
        try:
            suggesting.check_review(line.asked, approved, line.review_reason)
        except Refused:
            problems.append(
                Refused(
                    N_("{product}: {asked} were asked for. Say why it becomes {approved}."),
                    field=f"product-{line.product_id}",
                    code="reason_needed",
                    product=LocalizedName(line.product.name_zh, line.product.name_en),
                    asked=line.asked,
                    approved=approved,
                )
            )
    if not total:
        problems.append(
            Refused(N_("Every line is at zero. Refuse the whole order instead, with a reason."), code="empty")
        )
    raise_all(problems)
