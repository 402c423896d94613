"""Cut, raise or refuse lines of an order before it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhixuan.modules.orders.models import OrderLine
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._lines import REASON_LENGTH
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What the supplier agrees to of a product; 0 refuses the line."""

    product_id: int
    approved: int
    reason: str = ""


@transaction.atomic
def review_lines(*, order_id: int, lines: Sequence[ReviewedLine], actor: Actor, at: datetime) -> int:
    """Set what is agreed, of one line or many. No command id: the same again changes nothing.

    Reasons are asked for when the order is approved.

    Returns:
        How many lines are other than before.

    Raises:
        Refused: a faulty quantity, the actor asked for the goods, an order that was answered.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.REVIEW)
    _steps.check(order, Verb.REVIEW, actor)
    raise_all(
        Refused(N_("Enter how many pieces, zero or more."), field=f"product-{one.product_id}")
        for one in lines
        if not 0 <= one.approved <= PIECES_MAX
    )
    there = {line.product_id: line for line in order.lines.filter(product__in=[one.product_id for one in lines])}
    changed, changes = [], []
    for one in lines:
        line = there.get(one.product_id)
        if line is None:
            continue
        before = line.asked if line.approved is None else line.approved
        if (before, line.review_reason) == (one.approved, one.reason.strip()):
            continue
        changes.append({"product": one.product_id, "from": before, "to": one.approved, "reason": one.reason.strip()})
        line.approved, line.review_reason = one.approved, one.reason.strip()[:REASON_LENGTH]
        changed.append(line)

    OrderLine.objects.bulk_update(changed, ["approved", "review_reason"], batch_size=500)
    if changes:
        _steps.take(order, Verb.REVIEW, actor=actor, at=at, details={"changes": changes})
    return len(changes)
