"""What an event of the ledger is, and what may be dated when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhixuan.rules.refusal import N_, Refused

UNKNOWN_EXPIRY = date(9999, 12, 31)
"""Expiry of a lot whose expiry was not recorded: FEFO opens it last, screens say so."""

PIECES_MAX = 10**12


class PlaceKind(StrEnum):
    """Kinds of places. The first four belong to a facility and have balances; the others are the world outside."""

    STORE = "store"
    QUARANTINE = "quarantine"
    TRANSIT = "transit"
    SUSPENSE = "suspense"
    SUPPLIER = "supplier"
    CLIENTS = "clients"
    LOST = "lost"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    DIFFERENCE = "difference"
    OPENING = "opening"


KEPT_KINDS = frozenset({PlaceKind.STORE, PlaceKind.QUARANTINE, PlaceKind.TRANSIT, PlaceKind.SUSPENSE})
"""Places of a facility: their balances are kept, and may not be negative, suspense excepted."""


class EventKind(StrEnum):
    """What a slip records."""

    RECEIPT = "receipt"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    DISPENSING = "dispensing"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    CARD = "card"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Move:
    """A whole number of pieces of one lot from one place to another."""

    lot_id: int
    product_id: int
    from_place_id: int
    to_place_id: int
    pieces: int
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.pieces <= PIECES_MAX:
            raise ValueError(f"a movement moves 1 to {PIECES_MAX} pieces, not {self.pieces}")
        if self.from_place_id == self.to_place_id:
            raise ValueError("a movement goes to another place")


def reversed_moves(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves that undo the given ones, last first."""
    return tuple(
        Move(move.lot_id, move.product_id, move.to_place_id, move.from_place_id, move.pieces, move.reason)
        for move in reversed(list(moves))
    )


def net_changes(moves: Iterable[Move]) -> dict[tuple[int, int], int]:
    """Pieces gained (+) or lost (-) by (place, lot); pairs that come out even are left out."""
    changes: dict[tuple[int, int], int] = {}
    for move in moves:
        for place_id, pieces in ((move.from_place_id, -move.pieces), (move.to_place_id, move.pieces)):
            key = (place_id, move.lot_id)
            changes[key] = changes.get(key, 0) + pieces
    return {key: pieces for key, pieces in changes.items() if pieces}


def check_date(on: date, *, today: date, closed_until: date | None) -> None:
    """A day can be posted to when it is not in the future and its month is not closed.

    Raises:
        Refused: names the first day that is still open.
    """
    if on > today:
        raise Refused(N_("{day} is in the future; today is {today}."), field="on", day=on, today=today)
    if closed_until is not None and on <= closed_until:
        raise Refused(
            N_("The books are closed up to {closed_until}. Choose a later day, or have the month reopened."),
            field="on",
            code="month_closed",
            closed_until=closed_until,
        )


def day_of_fact(happened_on: date, *, today: date, closed_until: date | None) -> date:
    """The day under which something that has happened is booked: its own, or today when its month is closed.

    Raises:
        Refused: it is said to have happened in the future.
    """
    check_date(happened_on, today=today, closed_until=None)
    return today if closed_until is not None and happened_on <= closed_until else happened_on


def lowest_later_balance(now: int, later_changes: Mapping[date, int]) -> int:
    """The lowest balance at the end of any day from the backdated day on, before the change that is asked for.

    Args:
        now: pieces at present.
        later_changes: net pieces by day, for all days after the backdated day.

    Goods in count from the start of a day and goods out at its end, so only the ends of days matter.
    """
    lowest = balance = now
    for day in sorted(later_changes, reverse=True):
        balance -= later_changes[day]
        lowest = min(lowest, balance)
    return lowest


OUTSIDE_PLACE_IDS: dict[PlaceKind, int] = {
    PlaceKind.SUPPLIER: 1,
    PlaceKind.CLIENTS: 2,
    PlaceKind.LOST: 3,
    PlaceKind.DAMAGED: 4,
    PlaceKind.EXPIRED: 5,
    PlaceKind.DIFFERENCE: 6,
    PlaceKind.OPENING: 7,
}
"""The places that no facility owns are the same rows in every database (migration 0002)."""


def slip_number(facility_code: str, year: int, number: int) -> str:
    """How a slip is called on paper and on screens: store, year, running number."""
    return f"{facility_code}-{year}-{number:05d}"
