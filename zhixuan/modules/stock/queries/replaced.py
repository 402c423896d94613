"""Stock and use of products that others have taken the place of, counted as those of their successors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from zhixuan.modules.stock.queries import on_hand
from zhixuan.modules.stock.queries.on_hand import Part, Row
from zhixuan.rules.replacing import Handover

Series = tuple[int, int]
"""(facility id, product id)"""

OF_THE_PLACE = ("facility_id", "area_path", "facility_code", "level")
AMOUNTS = ("in_store", "usable", "held", "coming", "owed")


def with_levels(rows: Iterable[Row], how: Handover, *, today: date) -> list[Row]:
    """As `on_hand.with_levels`, with rows of `joined_rows`; the level of a forecast that speaks for two is left out."""
    found = on_hand.with_levels(joined_rows(rows, how), today=today)
    for row in found:
        if row["product_id"] in how.beside:
            row["order_level"] = None
    return found


def joined_rows(rows: Iterable[Row], how: Handover) -> list[Row]:
    """Rows of `on_hand.of_facilities`, one a place and product that goes on, in pieces of that product.

    Rows that nothing is joined to stay as they are; a joined one has no names. `on_hand.with_levels` works out its
    figures from the use of all that is in it.
    """
    parts: dict[Series, list[tuple[Row, Fraction]]] = defaultdict(list)
    for row in rows:
        step = how.counts_as(row["product_id"])
        parts[row["facility_id"], step.product].append((row, step.pieces))
    return [_joined(product, found) for (_facility, product), found in parts.items()]


def _joined(product: int, parts: list[tuple[Row, Fraction]]) -> Row:
    first = parts[0][0]
    if len(parts) == 1 and first["product_id"] == product:
        return first
    row: Row = {name: first[name] for name in OF_THE_PLACE} | {"product_id": product}
    row |= {name: int(sum(one[name] * pieces for one, pieces in parts)) for name in AMOUNTS}
    row["store_id"] = max((one["store_id"] for one, _pieces in parts if one["store_id"]), default=None)
    row["next_expiry"] = min((one["next_expiry"] for one, _pieces in parts if one["next_expiry"]), default=None)
    row["parts"] = [Part(one["store_id"], one["product_id"], one["usable"], pieces) for one, pieces in parts]
    return row
