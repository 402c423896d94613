"""The category ledger (分类账): by product, what stood in a store, what came and went by kind, what stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.stock.models import Balance, Lot
from zhixuan.rules.stock.books import BookLine, Kind, total
from zhixuan.rules.stock.ledger import EventKind, PlaceKind
from zhixuan.shared import sql

MOVED = """
    SELECT movement.product_id, movement.lot_id, movement."on" > %s, coalesce(undone.kind, event.kind),
        coalesce(undone_answer.kind, answered.kind), other.kind, movement.reason, {sign}sum(movement.pieces)
    FROM stock_movement movement
    JOIN stock_event event ON event.id = movement.event_id
    LEFT JOIN stock_event undone ON undone.id = event.reverses_id
    LEFT JOIN stock_event answered ON answered.id = event.answers_id
    LEFT JOIN stock_event undone_answer ON undone_answer.id = undone.answers_id
    JOIN stock_place other ON other.id = movement.{there}
    WHERE movement.{here} = %s AND movement."on" >= %s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
BOTH_SIDES = (
    MOVED.format(here="to_place_id", there="from_place_id", sign="")
    + " UNION ALL "
    + MOVED.format(here="from_place_id", there="to_place_id", sign="-")
)


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What names a lot in the books."""

    number: str
    expires_on: date


def by_product(store_id: int, since: date, until: date) -> dict[int, BookLine]:
    """Lines by product id of all that stood or moved in the store from `since` to `until`, both included."""
    lots: dict[int, list[BookLine]] = defaultdict(list)
    for (product_id, _lot_id), line in by_lot(store_id, since, until).items():
        lots[product_id].append(line)
    return {product_id: total(lines) for product_id, lines in lots.items()}


def by_lot(store_id: int, since: date, until: date) -> dict[tuple[int, int], BookLine]:
    """The same by product and lot. Opening balances are what stands there now less all that moved since."""
    now = Balance.objects.filter(place_id=store_id).values_list("product_id", "lot_id", "pieces")
    books: dict[tuple[int, int], BookLine] = {
        (product_id, lot_id): BookLine(opening=pieces) for product_id, lot_id, pieces in now
    }
    later, start = sql.date_value(until), sql.date_value(since)
    for product_id, lot_id, is_later, *kind, gained in sql.rows(BOTH_SIDES, [later, store_id, start] * 2):
        line = books[product_id, lot_id]
        line.opening -= int(gained)
        if not is_later:
            line.post(_kind(*kind), int(gained))
    return {key: line for key, line in books.items() if line.moved or line.opening}


def lots(ids: Mapping[tuple[int, int], BookLine]) -> dict[int, LotFacts]:
    """Number and expiry of the lots of these lines, by lot id."""
    found = Lot.objects.filter(id__in=[lot_id for _product, lot_id in ids]).values_list("id", "number", "expires_on")
    return {lot_id: LotFacts(number, expires_on) for lot_id, number, expires_on in found}


def _kind(event: str, answered: str | None, other_side: str, reason: str) -> Kind:
    return Kind(EventKind(event), PlaceKind(other_side), EventKind(answered) if answered else None, reason)
