"""Sending an order in to the supplier, whether it was a draft or is asked at once."""

from __future__ import annotations

from datetime import date, datetime

from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations import _lines, _steps
from zhixuan.modules.orders.queries import orders
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


def send_in(order: Order, *, on: date, actor: Actor, at: datetime) -> None:
    """Check the whole order and ask. Lines of zero are dropped: nobody asks for nothing.

    Raises:
        Refused: nothing asked for, reasons missing, an emergency without one.
    """
    lines = [line for line in orders.lines_of(order.pk) if line.asked > 0]
    if not lines:
        raise Refused(N_("Ask for at least one product: all quantities are zero."), code="no_lines")
    _lines.check_reasons(lines)
    if order.emergency:
        suggesting.check_emergency(any(line.terms.get("urgent") for line in lines), order.reason)

    order.lines.filter(asked=0).delete()
    order.submitted_on = on
    order.save(update_fields=["submitted_on"])
    _steps.take(order, Verb.SUBMIT, actor=actor, at=at, details={"lines": len(lines)})
