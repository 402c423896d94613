"""What a count is compared with: the books as they stood at the moment of counting, while trading went on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zhixuan.rules.stock.ledger import PlaceKind

CORRECTIONS = frozenset({PlaceKind.DIFFERENCE, PlaceKind.OPENING, PlaceKind.SUSPENSE})
"""Pieces that come from or go to these places lay on the shelf, or had left it, already: the books caught up."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a lot was counted: the instant, and the calendar day where the system runs."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class LaterMove:
    """A movement that was entered after the earliest count of a sheet.

    Args:
        change: pieces gained (+) or lost (-) by the place.
        on, recorded_at: its day, and when it was entered; of a reversal those of the slip it undoes, because a
            reversal moves nothing: it says that the slip never was.
        other: kind of the place on the other side.
    """

    change: int
    on: date
    recorded_at: datetime
    other: str


def left_shelf_since(move: LaterMove, moment: Moment) -> bool:
    """Whether pieces were carried after the count, so that the counter saw the shelf without this movement.

    A slip entered later but dated before the day of counting had happened by then; one of that day is taken for
    later. Corrections of the books carry nothing.
    """
    if move.other in CORRECTIONS:
        return False
    return move.on >= moment.day and move.recorded_at > moment.at


@dataclass(frozen=True, slots=True)
class Book:
    """What the books say of one counted lot, in pieces.

    Args:
        now: balance at present.
        expected: balance at the moment of counting, in the light of all that has been entered since.
        gained, lost: carried in and out since the moment.
        entered_late: net pieces of slips that were entered after the count but had happened before it.
    """

    now: int
    expected: int
    gained: int = 0
    lost: int = 0
    entered_late: int = 0


def book_at(moment: Moment, now: int, later: Iterable[LaterMove]) -> Book:
    """The books at a moment: the balance now, less what has been carried since."""
    gained = lost = late = 0
    for move in later:
        if not left_shelf_since(move, moment):
            late += move.change if move.recorded_at > moment.at and move.other not in CORRECTIONS else 0
        elif move.change > 0:
            gained += move.change
        else:
            lost -= move.change
    return Book(now, now - gained + lost, gained, lost, late)
