"""What the supplier agrees to, line by line: the same whether it is noted first or approved at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._lines import REASON_LENGTH
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.naming import LocalizedName


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What the supplier agrees to of a product; 0 refuses the line."""

    product_id: int
    approved: int
    reason: str = ""


def set_agreed(order: Order, lines: Sequence[ReviewedLine], *, actor: Actor, at: datetime) -> int:
    """Write what is agreed to into the lines of a locked order, with a step that says what changed; how many did.

    Raises:
        Refused: at once every faulty quantity, product named twice, and product that the order does not ask for.
    """
    there = {line.product_id: line for line in order.lines.filter(product__in=[one.product_id for one in lines])}
    raise_all(_faults(lines, there.keys()))
    changed, changes = [], []
    for one in lines:
        line, reason = there[one.product_id], one.reason.strip()
        before = line.asked if line.approved is None else line.approved
        if (before, line.review_reason) == (one.approved, reason):
            continue
        changes.append({"product": one.product_id, "from": before, "to": one.approved, "reason": reason})
        line.approved, line.review_reason = one.approved, reason[:REASON_LENGTH]
        changed.append(line)

    OrderLine.objects.bulk_update(changed, ["approved", "review_reason"], batch_size=500)
    if changes:
        _steps.take(order, Verb.REVIEW, actor=actor, at=at, details={"changes": changes})
    return len(changes)


def _faults(lines: Sequence[ReviewedLine], known: Collection[int]) -> Iterator[Refused]:
    for one in lines:
        if not 0 <= one.approved <= PIECES_MAX:
            yield Refused(N_("Enter how many pieces, zero or more."), field=f"product-{one.product_id}")
    times = Counter(one.product_id for one in lines)
    odd = [product_id for product_id, count in times.items() if count > 1 or product_id not in known]
    products = catalogue.products_by_id(odd)
    for product_id in odd:
        product = products.get(product_id)
        facts: dict[str, Any] = {
            "field": f"product-{product_id}",
            "product": LocalizedName(product.name_zh, product.name_en) if product else "?",
        }
        if product_id in known:
            yield Refused(N_("{product} is named twice. Say once how many pieces are agreed to."), **facts)
        else:
            sentence = N_("{product}: this order does not ask for it. Leave it out, or have it asked for.")
            yield Refused(sentence, code="not_asked_for", **facts)
