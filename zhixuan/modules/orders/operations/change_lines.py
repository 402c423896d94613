"""Change what a draft asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhixuan.modules.orders.models import OrderLine
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._lines import REASON_LENGTH, check_quantities, new_lines
from zhixuan.modules.orders.queries import asking
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.shared.access import Actor


@transaction.atomic
def change_lines(*, order_id: int, lines: Sequence[AskedLine], on: date, actor: Actor, at: datetime) -> int:
    """Set quantities and reasons, of one line or many; a product that is not on the order is added.

    No command id: the same again changes nothing. Reasons are asked for when the order is sent in.

    Returns:
        How many lines are other than before.

    Raises:
        Refused: a faulty quantity, an unknown product, an order that is no draft any more.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.CHANGE)
    _steps.check(order, Verb.CHANGE, actor)
    check_quantities(lines)
    there = {line.product_id: line for line in order.lines.filter(product__in=[one.product_id for one in lines])}
    changed, changes = [], []
    for one in lines:
        line = there.get(one.product_id)
        if line is not None and (line.asked, line.reason) != (one.asked, one.reason.strip()):
            changes.append(_change(line, one))
            line.asked, line.reason = one.asked, one.reason.strip()[:REASON_LENGTH]
            changed.append(line)
    added: list[OrderLine] = []
    missing = [one for one in lines if one.product_id not in there]
    if missing:
        known = {one.product.pk: one for one in asking.askable(order.asker, order.supplier_id, today=on)}
        added = new_lines(order, missing, known, first=order.lines.count() + 1)

    OrderLine.objects.bulk_update(changed, ["asked", "reason"], batch_size=500)
    OrderLine.objects.bulk_create(added)
    changes += [{"product": line.product_id, "from": None, "to": line.asked} for line in added]
    if changes:
        _steps.take(order, Verb.CHANGE, actor=actor, at=at, details={"changes": changes})
    return len(changes)


def _change(line: OrderLine, one: AskedLine) -> dict[str, Any]:
    return {"product": line.product_id, "from": line.asked, "to": one.asked, "reason": one.reason.strip()}
