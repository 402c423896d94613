"""Draw up an order: goods that a place asks its supplier for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.orders.operations import _sending_in, _steps
from zhixuan.modules.orders.operations._lines import check_quantities, new_lines
from zhixuan.modules.orders.queries import asking, orders
from zhixuan.rules.orders.steps import WAITING, State, Verb
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import numbers
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import once


@once
def draw_order(
    *,
    asker_id: int,
    supplier_id: int | None = None,
    lines: Sequence[AskedLine] | None = None,
    emergency: bool = False,
    reason: str = "",
    note: str = "",
    send_in: bool = False,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A new order with its number. Safe to repeat; a second usual order is not begun while one waits.

    Args:
        supplier_id: the supply line's when left out; a place of the same level asks for a transfer.
        lines: as suggested for every product when left out.
        reason: why an emergency order cannot wait.
        send_in: ask at once, instead of keeping a draft.
        on: today, the day of its number.

    Raises:
        Refused: nobody to ask, faulty lines, or (code `open_order`, field `order_id`) one that waits already.
        Unknown, Forbidden: see permissions.
    """
    asker = _facility(asker_id)
    permissions.require(actor, permissions.ASK, (asker.area_path, asker.pk))
    supplier, kind = _supplier(asker, supplier_id, on)
    known = {one.product.pk: one for one in asking.askable(asker, supplier.pk, today=on)}
    wanted = [AskedLine(pk, one.suggestion.pieces or 0) for pk, one in known.items()] if lines is None else lines
    check_quantities(wanted)
    number = numbers.next_number("orders.order", asker.pk, on.year)
    _check_none_waits(asker, supplier, wanted, emergency=emergency)

    order = Order(
        asker=asker,
        supplier=supplier,
        year=on.year,
        number=number,
        kind=kind,
        emergency=emergency,
        reason=reason.strip(),
        note=note.strip(),
        stage=State.DRAWN,
        drawn_on=on,
    )
    rows = new_lines(order, wanted, known)

    order.save()
    OrderLine.objects.bulk_create(rows)
    _steps.take(order, Verb.DRAW, actor=actor, at=at, details={"lines": len(rows)})
    if send_in:
        _sending_in.send_in(order, on=on, actor=actor, at=at)
    return order.pk


def _facility(facility_id: int) -> Facility:
    return the_one(directory.all_facilities().select_related("supplied_by").filter(pk=facility_id))


def _supplier(asker: Facility, supplier_id: int | None, on: date) -> tuple[Facility, str]:
    """Whom the place asks, and what kind of order that is."""
    if asker.supplied_by is not None and supplier_id in (None, asker.supplied_by_id):
        direct = asker.kind == Facility.Kind.INSTITUTION
        return asker.supplied_by, Order.Kind.DIRECT if direct else Order.Kind.PULL
    if supplier_id is not None:
        for sibling in directory.siblings(asker, on=on):
            if sibling.pk == supplier_id:
                return sibling, Order.Kind.LATERAL
    raise Refused(
        N_("Ask the store that feeds this place, or a place of the same level that the same store feeds."),
        field="supplier",
        code="no_supplier",
    )


def _check_none_waits(asker: Facility, supplier: Facility, wanted: Sequence[AskedLine], *, emergency: bool) -> None:
    """Two tabs, two people: one order. An emergency order is only taken for the same when it asks for the same."""
    open_orders = Order.objects.filter(
        asker=asker, supplier=supplier, emergency=emergency, stage__in=(State.DRAWN, *WAITING)
    ).exclude(kind=Order.Kind.PUSH)
    asked = {line.product_id: line.asked for line in wanted if line.asked}
    for order in open_orders.select_related("asker").order_by("pk"):
        if emergency and asked != _asked_in(order):
            continue
        raise Refused(
            N_("Order {number} of this place is open already. Change that one, or wait for its answer."),
            code="open_order",
            number=orders.number_of(order),
            order_id=order.pk,
        )


def _asked_in(order: Order) -> dict[int, int]:
    return dict(order.lines.filter(asked__gt=0).values_list("product_id", "asked"))
