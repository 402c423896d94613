"""The columns of the books: what kind of coming or going each movement of a store is.

The category ledger (分类账) says for each product what stood there, what came and went by kind, and what is left:
opening + bought + transferred in + returned to here - transferred out - dispensed - sent back - losses
+- count differences +- other = closing (期初+采购+调入+退回−调出−发放−报损−上退±盘点=期末).
A reversal counts against the column of what it undoes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zhixuan.rules.stock.ledger import EventKind, PlaceKind


class Entry(StrEnum):
    """A column of the category ledger."""

    BOUGHT = "bought"
    TRANSFERRED_IN = "transferred_in"
    RETURNED_HERE = "returned_here"
    TRANSFERRED_OUT = "transferred_out"
    DISPENSED = "dispensed"
    SENT_BACK = "sent_back"
    LOSSES = "losses"
    COUNTED = "counted"
    HELD = "held"
    SETTLED = "settled"
    OPENED = "opened"


SIGNS: dict[Entry, int] = {
    Entry.BOUGHT: +1,
    Entry.TRANSFERRED_IN: +1,
    Entry.RETURNED_HERE: +1,
    Entry.TRANSFERRED_OUT: -1,
    Entry.DISPENSED: -1,
    Entry.SENT_BACK: -1,
    Entry.LOSSES: -1,
    Entry.COUNTED: +1,
    Entry.HELD: -1,
    Entry.SETTLED: +1,
    Entry.OPENED: +1,
}
"""How a column's figure enters the closing balance: a figure of `DISPENSED` is positive and taken away."""

SUPPLIER_RETURNS = frozenset({"supplier_return", "return_to_supplier"})

OF_OTHER_SIDE: dict[PlaceKind, Entry] = {
    PlaceKind.CLIENTS: Entry.DISPENSED,
    PlaceKind.LOST: Entry.LOSSES,
    PlaceKind.DAMAGED: Entry.LOSSES,
    PlaceKind.EXPIRED: Entry.LOSSES,
    PlaceKind.DIFFERENCE: Entry.COUNTED,
    PlaceKind.QUARANTINE: Entry.HELD,
    PlaceKind.SUSPENSE: Entry.SETTLED,
    PlaceKind.OPENING: Entry.OPENED,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides the column of a movement.

    Args:
        event: kind of the event, of the undone one for a reversal.
        answered: kind of the event it answers, for goods taken in.
        other_side: kind of the place on the other side.
        reason: code of the movement.
    """

    event: EventKind
    other_side: PlaceKind
    answered: EventKind | None = None
    reason: str = ""


def entry_of(kind: Kind) -> Entry:
    """The column that a movement of a store belongs to."""
    if kind.other_side in OF_OTHER_SIDE:
        return OF_OTHER_SIDE[kind.other_side]
    if kind.other_side is PlaceKind.SUPPLIER:
        return Entry.SENT_BACK if kind.reason in SUPPLIER_RETURNS else Entry.BOUGHT
    if kind.event is EventKind.TRANSFER_IN:
        return Entry.RETURNED_HERE if kind.answered is EventKind.RETURN else Entry.TRANSFERRED_IN
    return Entry.SENT_BACK if kind.event is EventKind.RETURN else Entry.TRANSFERRED_OUT


@dataclass(slots=True)
class BookLine:
    """Pieces of one product (and lot) over a period: what stood there first, figures by column, what is left."""

    opening: int = 0
    entries: dict[Entry, int] = field(default_factory=lambda: dict.fromkeys(Entry, 0))

    @property
    def closing(self) -> int:
        return self.opening + sum(SIGNS[entry] * pieces for entry, pieces in self.entries.items())

    @property
    def moved(self) -> bool:
        return any(self.entries.values())

    def post(self, kind: Kind, gained: int) -> None:
        """Enter pieces gained (+) or lost (-) by the store."""
        entry = entry_of(kind)
        self.entries[entry] += SIGNS[entry] * gained


def total(lines: Iterable[BookLine]) -> BookLine:
    """The sum of lines, column by column."""
    whole = BookLine()
    for line in lines:
        whole.opening += line.opening
        for entry, pieces in line.entries.items():
            whole.entries[entry] += pieces
    return whole


@dataclass(frozen=True, slots=True)
class Consigned:
    """What was sent to one consignee in a period, and what became of it: pieces.

    `sent = accepted + damaged + missing + taken_back + on_the_way` always holds.
    """

    sent: int
    accepted: int = 0
    damaged: int = 0
    missing: int = 0
    taken_back: int = 0

    @property
    def on_the_way(self) -> int:
        return self.sent - self.accepted - self.damaged - self.missing - self.taken_back


def arrivals(pieces_by_place: Mapping[PlaceKind, int]) -> tuple[int, int, int]:
    """(accepted, damaged, missing) of goods taken in, from where their pieces went. A recalled lot is accepted into
    quarantine: it has arrived."""
    return (
        pieces_by_place.get(PlaceKind.STORE, 0) + pieces_by_place.get(PlaceKind.QUARANTINE, 0),
        pieces_by_place.get(PlaceKind.DAMAGED, 0),
        pieces_by_place.get(PlaceKind.LOST, 0),
    )
