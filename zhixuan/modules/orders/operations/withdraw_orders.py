"""Take back goods that a plan above orders pushed, as far as they have not left the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from zhixuan.modules.documents.operations.cancel_documents import cancel_documents
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order, OrderStep
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.operations._steps import Taken
from zhixuan.modules.orders.queries import progress
from zhixuan.modules.orders.queries.progress import SOURCE
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Unknown


@transaction.atomic
def withdraw_orders(*, order_ids: Collection[int], reason: str, actor: Actor, at: datetime) -> list[int]:
    """Their issue documents are cancelled. Nothing sent: withdrawn; a part sent: the rest is closed; all sent, or over
    by another step: it stays as it is. In few statements, however many. No command id: repeating changes nothing.

    Returns:
        Ids of the orders of which something has been sent.

    Raises:
        Refused: no reason.
        Unknown, Forbidden: see permissions.
    """
    wanted = Order.objects.filter(pk__in=order_ids, kind=Order.Kind.PUSH).select_related("asker", "supplier")
    orders = list(wanted.select_for_update(of=("self",)).order_by("pk"))
    if len(orders) != len(set(order_ids)):
        raise Unknown
    for place in {(one.supplier.area_path, one.supplier_id) for one in orders}:
        permissions.require(actor, permissions.DISTRIBUTE, place)
    if not reason.strip():
        raise Refused(N_("Say why, so that the other side knows."), field="note", code="reason_needed")

    approved = [one for one in orders if one.stage == State.APPROVED]
    cancel_documents(source=SOURCE, source_ids=[str(one.pk) for one in approved], reason=reason, actor=actor, at=at)
    known = progress.progress_of([one.pk for one in orders])
    _take(approved, known, reason, actor=actor, at=at)
    return [order_id for order_id, lines in known.items() if _sent(lines)]


def _take(
    orders: Collection[Order],
    known: Mapping[int, Mapping[int, LineProgress]],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """The steps of orders whose documents are given up, and where these lead them."""
    taken: list[tuple[Order, Taken]] = []
    for order in orders:
        lines = known[order.pk]
        left = sum(line.to_send for line in lines.values())
        if not _sent(lines):
            taken.append((order, Taken(Verb.WITHDRAW, {}, reason.strip())))
        elif left:
            taken.append((order, Taken(Verb.CLOSE, {"not_sent": left}, reason.strip())))
    counted = OrderStep.objects.filter(order__in=[order.pk for order, _step in taken]).values_list("order")
    before = dict(counted.annotate(Count("pk")).order_by())
    _steps.record([(order, [step]) for order, step in taken], before=before, actor=actor, at=at)
    for verb in (Verb.WITHDRAW, Verb.CLOSE):
        ids = [order.pk for order, step in taken if step.verb is verb]
        Order.objects.filter(pk__in=ids).update(stage=_steps.LEADS_TO[verb].value)


def _sent(lines: Mapping[int, LineProgress]) -> bool:
    return any(line.sent for line in lines.values())
