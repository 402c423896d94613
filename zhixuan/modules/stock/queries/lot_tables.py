"""Lots out of the rows of a table: item by code or barcode, lot number, expiry, packs and pieces.

Columns go by the keys `item`, `lot`, `expires`, `packs` and `pieces`; whoever reads names their titles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.queries import Item
from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.ledger import PIECES_MAX, UNKNOWN_EXPIRY
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row

PIECES_CELL_MAX = 1_000_000_000
NO_ITEM = N_("Sheet {sheet}, row {row}, column {column}: there is no item {value} in the catalogue. Correct the code.")
TOO_MANY = N_("Sheet {sheet}, row {row}, column {column}: this is more than {limit} pieces. Check the number.")


@dataclass(frozen=True, slots=True)
class LotRow:
    """What a row says of a lot. `pieces` is None where nothing was counted."""

    number: int
    item: Item
    lot: str
    expires_on: date
    pieces: int | None

    @property
    def key(self) -> tuple[int, str, date]:
        return (self.item.pk, self.lot, self.expires_on)


def items_by_word() -> dict[str, Item]:
    """Every item by its code and by its barcode."""
    found: dict[str, Item] = {}
    for item in catalogue.items():
        found[item.code.casefold()] = item
        if item.gtin:
            found[item.gtin] = found[item.gtin.lstrip("0")] = item
    return found


def item_of(read: Collector, row: Row, items: Mapping[str, Item], *, required: bool = True) -> Item | None:
    """The item of a row; unknown ones are noted."""
    word = read.code(row, "item", required=required)
    item = items.get(word.casefold()) or items.get(word.lstrip("0")) if word else None
    if word and item is None:
        read.refuse(row, "item", NO_ITEM, code="no-item", value=word)
    return item


def pieces_of(read: Collector, row: Row, item: Item | None) -> int | None:
    """Packs and loose pieces together; None when both cells are empty."""
    packs = read.whole(row, "packs", minimum=0, maximum=PIECES_CELL_MAX)
    pieces = read.whole(row, "pieces", minimum=0, maximum=PIECES_CELL_MAX)
    if packs is None and pieces is None:
        return None
    total = (packs or 0) * (item.pieces_per_pack if item else 1) + (pieces or 0)
    if total > PIECES_MAX:
        read.refuse(row, "packs", TOO_MANY, code="too-many", limit=PIECES_MAX)
    return total


def lot_row(read: Collector, row: Row, items: Mapping[str, Item]) -> LotRow | None:
    """A whole row; None when something is wrong with it, which is noted."""
    item = item_of(read, row, items)
    lot = read.text(row, "lot", maximum=40)
    expires = read.expiry(row, "expires")
    pieces = pieces_of(read, row, item)
    if item is None or not read.clean(row):
        return None
    return LotRow(row.number, item, lot, expires or UNKNOWN_EXPIRY, pieces)
