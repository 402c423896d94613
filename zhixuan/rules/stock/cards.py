"""Monthly stock cards as reported by a site: one row per product and month, and what a row means to the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zhixuan.rules.periods import Month


@dataclass(frozen=True, slots=True)
class CardRow:
    """One line of a monthly report, in pieces, exactly as it was written: nothing is checked or mended here.

    `adjusted` is signed (losses below zero). None in the last two means not recorded. `line_number` is the line in
    the file it came from.
    """

    site: str
    product: str
    month: Month
    opening: int
    received: int
    issued: int
    adjusted: int
    closing: int
    stockout_days: int | None = None
    ordered: int | None = None
    line_number: int = 0

    @property
    def expected_closing(self) -> int:
        """opening + received - issued + adjusted."""
        return self.opening + self.received - self.issued + self.adjusted

    @property
    def content(self) -> tuple[int | None, ...]:
        """All that was reported, without where it stood."""
        stock = (self.opening, self.received, self.issued, self.adjusted, self.closing)
        return (*stock, self.stockout_days, self.ordered)


class CardMovementKind(StrEnum):
    OPENING_BALANCE = "opening_balance"
    OPENING_CORRECTION = "opening_correction"
    RECEIPT = "receipt"
    RETURN_TO_SUPPLIER = "return_to_supplier"
    ISSUE = "issue"
    RETURN_FROM_CLIENTS = "return_from_clients"
    GAIN = "gain"
    LOSS = "loss"
    UNEXPLAINED = "unexplained"


class MonthEdge(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class CardMovement:
    """Pieces into (+) or out of (-) the site, on the first or last day of the month."""

    kind: CardMovementKind
    pieces: int
    at: MonthEdge


def card_movements(previous_closing: int | None, row: CardRow) -> tuple[CardMovement, ...]:
    """The movements that carry the ledger from the previous closing to exactly this row's closing.

    The opening is set first; then whatever comes in happens on the first day and whatever goes out on the last, so
    that stock never falls below what the row itself says it held. No value is refused: a negative receipt is a return
    to the supplier, a negative issue a return from clients, and a broken identity an unexplained difference.

    Args:
        previous_closing: closing of the last row before this one, however long ago; None for the first row.

    Returns:
        Movements of non-zero size, in the order in which they happen; previous + their sum = closing, always.
    """
    kinds = CardMovementKind
    first = kinds.OPENING_BALANCE if previous_closing is None else kinds.OPENING_CORRECTION
    changes = (
        (kinds.RECEIPT if row.received > 0 else kinds.RETURN_TO_SUPPLIER, row.received),
        (kinds.RETURN_FROM_CLIENTS if row.issued < 0 else kinds.ISSUE, -row.issued),
        (kinds.GAIN if row.adjusted > 0 else kinds.LOSS, row.adjusted),
        (kinds.UNEXPLAINED, row.closing - row.expected_closing),
    )
    opening = CardMovement(first, row.opening - (previous_closing or 0), MonthEdge.START)
    ins = [CardMovement(kind, pieces, MonthEdge.START) for kind, pieces in changes if pieces > 0]
    outs = [CardMovement(kind, pieces, MonthEdge.END) for kind, pieces in changes if pieces < 0]
    return tuple(move for move in (opening, *ins, *outs) if move.pieces)


def by_series(rows: Iterable[CardRow]) -> dict[tuple[str, str], list[CardRow]]:
    """Rows of each site and product, ordered by month and then by line; series in order of site and product."""
    found: dict[tuple[str, str], list[CardRow]] = {}
    for row in rows:
        found.setdefault((row.site, row.product), []).append(row)
    for series in found.values():
        series.sort(key=lambda row: (row.month, row.line_number))
    return dict(sorted(found.items()))


def one_per_month(series: Iterable[CardRow]) -> list[CardRow]:
    """The row that counts for each month, oldest first: the last line, as a later line corrects an earlier one."""
    latest: dict[Month, CardRow] = {}
    for row in sorted(series, key=lambda one: one.line_number):
        latest[row.month] = row
    return [latest[month] for month in sorted(latest)]
