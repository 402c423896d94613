"""How far the goods of orders have come: worked out from their issue documents and from the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.documents.queries.sources import SourcedDocument, documents_of_sources
from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.stock.queries.travels import DAMAGED, MISSING
from zhixuan.rules.documents.states import OPEN
from zhixuan.rules.orders import steps
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import State

SOURCE = "orders.order"
"""What issue documents name as their source."""

ByProduct = Mapping[int, LineProgress]


@dataclass(frozen=True, slots=True)
class Shipment:
    """An issue document of an order with what the ledger says of it, in pieces by product."""

    paper: SourcedDocument

    @property
    def open(self) -> bool:
        """Drawn, and neither posted nor cancelled."""
        return self.paper.state in OPEN

    @property
    def drawn(self) -> Mapping[int, int]:
        return _sum((line.product_id, line.pieces) for line in self.paper.drawn)

    @property
    def sent(self) -> Mapping[int, int]:
        return _sum((moved.product_id, moved.pieces) for moved in self.paper.posted)

    @property
    def sent_on(self) -> date | None:
        return self.paper.on if self.paper.posted else None

    @property
    def on_the_way(self) -> bool:
        return bool(self.paper.posted) and self.paper.received_event_id is None

    def days_on_the_way(self, today: date) -> int | None:
        """None when it is not on its way."""
        return (today - self.paper.on).days if self.on_the_way else None

    def counted(self, reason: str) -> Mapping[int, int]:
        """What the receiver counted for that reason."""
        return _sum((moved.product_id, moved.pieces) for moved in self.paper.received if moved.reason == reason)

    @property
    def accepted(self) -> Mapping[int, int]:
        """Into the store, or, recalled meanwhile, into quarantine."""
        taken = (moved for moved in self.paper.received if moved.reason not in (DAMAGED, MISSING))
        return _sum((moved.product_id, moved.pieces) for moved in taken)

    @property
    def damaged(self) -> Mapping[int, int]:
        return self.counted(DAMAGED)

    @property
    def missing(self) -> Mapping[int, int]:
        return self.counted(MISSING)


def _sum(pairs: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    total: Counter[int] = Counter()
    for product, pieces in pairs:
        total[product] += pieces
    return total


def shipments_of(order_ids: Collection[int]) -> dict[int, list[Shipment]]:
    """Issue documents by order, earliest first; a few queries, however many orders."""
    found = documents_of_sources(SOURCE, [str(pk) for pk in order_ids])
    return {int(pk): [Shipment(paper) for paper in papers] for pk, papers in found.items()}


def progress_of(
    order_ids: Collection[int], known: Mapping[int, Sequence[Shipment]] | None = None
) -> dict[int, dict[int, LineProgress]]:
    """Progress by order and product, for every line that was agreed to.

    Args:
        known: the shipments of these orders, when they are at hand.
    """
    wanted = list(order_ids)
    if not wanted:
        return {}
    approved: dict[int, dict[int, int]] = defaultdict(dict)
    rows = OrderLine.objects.filter(order__in=wanted).exclude(approved=None)
    for order_id, product_id, pieces in rows.values_list("order_id", "product_id", "approved"):
        approved[order_id][product_id] = pieces or 0
    shipments = shipments_of(wanted) if known is None else known
    return {order_id: summed(approved[order_id], shipments.get(order_id, [])) for order_id in wanted}


def summed(approved: Mapping[int, int], shipments: Sequence[Shipment]) -> dict[int, LineProgress]:
    """Progress by product of one order."""
    drawn, sent, accepted, damaged, missing = (Counter[int]() for _ in range(5))
    for one in shipments:
        if one.open:
            drawn.update(one.drawn)
        sent.update(one.sent)
        accepted.update(one.accepted)
        damaged.update(one.damaged)
        missing.update(one.missing)
    return {
        product: LineProgress(
            approved.get(product, 0),
            drawn[product],
            sent[product],
            accepted[product],
            damaged[product],
            missing[product],
        )
        for product in sorted({*approved, *drawn, *sent})
    }


def states_of(orders: Collection[Order]) -> dict[int, State]:
    """The state of each order, its goods included; a few queries for all of them."""
    known = progress_of([one.pk for one in orders if one.stage == State.APPROVED])
    return {one.pk: steps.state(State(one.stage), list(known.get(one.pk, {}).values())) for one in orders}
