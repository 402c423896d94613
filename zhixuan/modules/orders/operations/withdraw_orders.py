"""Take back goods that a plan above orders pushed, as far as they have not left the store."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.queries import progress
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import once


@once
def withdraw_order(*, order_id: int, reason: str, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Its issue documents are cancelled. Nothing sent: withdrawn; a part sent: the rest is closed; all sent, or over by
    another step: it stays as it is. Safe to repeat.

    Raises:
        Refused: no reason.
        Unknown, Forbidden: see permissions.
    """
    orders = Order.objects.select_for_update(of=("self",)).select_related("asker", "supplier")
    order = the_one(orders.filter(pk=order_id, kind=Order.Kind.PUSH))
    place = (order.supplier.area_path, order.supplier_id)
    permissions.require(actor, permissions.DISTRIBUTE, place)
    if not reason.strip():
        raise Refused(N_("Say why, so that the other side knows."), field="note", code="reason_needed")
    if order.stage != State.APPROVED:
        return order_id

    for shipment in progress.shipments_of([order_id]).get(order_id, []):
        if shipment.open:
            _cancel(shipment.paper.id, reason, actor=actor, command_id=command_id, at=at)
    lines = progress.progress_of([order_id])[order_id].values()
    left = sum(line.to_send for line in lines)
    if not any(line.sent for line in lines):
        _steps.take(order, Verb.WITHDRAW, actor=actor, at=at, note=reason)
    elif left:
        _steps.take(order, Verb.CLOSE, actor=actor, at=at, note=reason, details={"not_sent": left})
    return order_id


def _cancel(document_id: int, reason: str, *, actor: Actor, command_id: UUID, at: datetime) -> None:
    """A storekeeper who posts or cancels it at this moment was quicker: what they did stands."""
    own_id = uuid5(command_id, f"document {document_id}")
    try:
        cancel_document(document_id=document_id, reason=reason, actor=actor, command_id=own_id, at=at)
    except Refused as refused:
        if refused.code not in {"is_posted", "is_closed", "is_cancelled"}:
            raise
