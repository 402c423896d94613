"""How far the goods of orders have come: worked out from their issue documents and from the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.orders.queries.papers import Paper, papers_of
from zhixuan.modules.stock.queries.travels import Travel, travels
from zhixuan.rules.orders import steps
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import State

ByProduct = Mapping[int, LineProgress]


@dataclass(frozen=True, slots=True)
class Shipment:
    """An issue document of an order; `travel` once it was posted and not taken back."""

    paper: Paper
    travel: Travel | None


def shipments_of(order_ids: Collection[int]) -> dict[int, list[Shipment]]:
    """Issue documents by order, earliest first, with what the ledger says of each."""
    papers = papers_of(order_ids)
    found = travels(one.event_id for many in papers.values() for one in many if one.event_id)
    return {
        order_id: [Shipment(one, found.get(one.event_id or 0)) for one in many] for order_id, many in papers.items()
    }


def progress_of(order_ids: Collection[int]) -> dict[int, dict[int, LineProgress]]:
    """Progress by order and product, for every line that was agreed to."""
    wanted = list(order_ids)
    if not wanted:
        return {}
    approved: dict[int, dict[int, int]] = defaultdict(dict)
    rows = OrderLine.objects.filter(order__in=wanted).exclude(approved=None)
    for order_id, product_id, pieces in rows.values_list("order_id", "product_id", "approved"):
        approved[order_id][product_id] = pieces or 0
    shipments = shipments_of(wanted)
    return {order_id: summed(approved[order_id], shipments.get(order_id, [])) for order_id in wanted}


def summed(approved: Mapping[int, int], shipments: Sequence[Shipment]) -> dict[int, LineProgress]:
    """Progress by product of one order."""
    products = set(approved) | {product for one in shipments for product in one.paper.pieces}
    return {
        product: LineProgress(
            approved=approved.get(product, 0),
            drawn=sum(one.paper.pieces.get(product, 0) for one in shipments if one.paper.open),
            sent=_sum(shipments, "sent", product),
            accepted=_sum(shipments, "accepted", product),
            damaged=_sum(shipments, "damaged", product),
            missing=_sum(shipments, "missing", product),
        )
        for product in sorted(products)
    }


def _sum(shipments: Sequence[Shipment], what: str, product: int) -> int:
    travels_of_it = [one.travel for one in shipments if one.travel is not None]
    return sum(getattr(travel, what).get(product, 0) for travel in travels_of_it)


def states_of(orders: Collection[Order]) -> dict[int, State]:
    """The state of each order, its goods included; a few queries for all of them."""
    known = progress_of([one.pk for one in orders if one.stage == State.APPROVED])
    return {one.pk: steps.state(State(one.stage), list(known.get(one.pk, {}).values())) for one in orders}
