"""What stands in the ledger for a series of monthly cards, what should stand there, and the difference.

Posting the difference, and nothing else, is what makes an import harmless to repeat: a new row differs by all its
movements, a corrected one by what was corrected, and the opening of the month after it follows by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.cards import CardMovementKind, CardRow, MonthEdge, card_movements
from zhixuan.rules.stock.ledger import PlaceKind

OTHER_SIDES: Final = {
    CardMovementKind.OPENING_BALANCE: PlaceKind.OPENING,
    CardMovementKind.OPENING_CORRECTION: PlaceKind.DIFFERENCE,
    CardMovementKind.RECEIPT: PlaceKind.SUPPLIER,
    CardMovementKind.RETURN_TO_SUPPLIER: PlaceKind.SUPPLIER,
    CardMovementKind.ISSUE: PlaceKind.CLIENTS,
    CardMovementKind.RETURN_FROM_CLIENTS: PlaceKind.CLIENTS,
    CardMovementKind.GAIN: PlaceKind.DIFFERENCE,
    CardMovementKind.LOSS: PlaceKind.LOST,
    CardMovementKind.UNEXPLAINED: PlaceKind.DIFFERENCE,
}
"""Where the pieces of each kind come from or go to."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A line of the ledger that a card gives rise to. `place` is store or suspense: a card that says less than zero
    leaves the store at zero and the rest in suspense."""

    on: date
    reason: str
    place: str


Entries = Mapping[Entry, int]
"""Pieces gained (+) or lost (-) by entry."""


def entries_of(rows: Iterable[CardRow]) -> dict[Entry, int]:
    """All entries of one series.

    Args:
        rows: the counting rows of one site and product, one a month, oldest first.
    """
    entries: Counter[Entry] = Counter()
    balance, previous = 0, None
    for row in rows:
        for move in card_movements(previous, row):
            on = row.month.first_day if move.at is MonthEdge.START else row.month.last_day
            after = balance + move.pieces
            in_store = max(after, 0) - max(balance, 0)
            for place, pieces in ((PlaceKind.STORE, in_store), (PlaceKind.SUSPENSE, move.pieces - in_store)):
                if pieces:
                    entries[Entry(on, move.kind.value, place.value)] += pieces
            balance = after
        previous = row.closing
    return dict(entries)


def differences(wanted: Entries, posted: Entries) -> dict[Entry, int]:
    """What has to be posted so that the ledger says what is wanted; in the order of days, what comes in first."""
    keys = wanted.keys() | posted.keys()
    changes = {key: wanted.get(key, 0) - posted.get(key, 0) for key in keys}
    return {key: changes[key] for key in sorted(keys, key=lambda one: (one.on, changes[one] < 0, one)) if changes[key]}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What limits the days that cards of a series may touch.

    Args:
        today: nothing is posted after it.
        closed_until: the last day of the store's latest closed month.
        own_since: day of the first movement of the series that no card gave rise to.
    """

    today: date
    closed_until: date | None = None
    own_since: date | None = None


def obstacle(rows: Sequence[CardRow], changes: Entries, bounds: Bounds) -> Refused | None:
    """Why these changes cannot be posted; None when they can. The refusal's `row` is a line of the file."""
    future = next((row for row in rows if row.month.last_day > bounds.today), None)
    if future is not None:
        return _refused(N_("{where}: the month is not over yet. Take the row out until it is."), future, "future")
    if not changes:
        return None
    days = [entry.on for entry in changes]
    first, last = (next((row for row in rows if day in row.month), rows[-1]) for day in (min(days), max(days)))
    if bounds.closed_until is not None and min(days) <= bounds.closed_until:
        sentence = N_("{where}: the books are closed up to {day}. Have the month reopened, then import again.")
        return _refused(sentence, first, "month_closed", day=bounds.closed_until)
    own = bounds.own_since
    if own is not None and (max(days) >= own or sum(changes.values()) != 0):
        sentence = N_(
            "{where}: the store has kept its own slips of this product since {day}, and this row would change the "
            "stock they build on. Enter the difference there as an adjustment."
        )
        return _refused(sentence, last, "own_slips", day=own)
    return None


def _refused(sentence: str, row: CardRow, code: str, day: date | None = None) -> Refused:
    where = f"{row.site}, {row.product}, {row.month}"
    return Refused(sentence, code=code, where=where, row=max(row.line_number, 0), day=day)
