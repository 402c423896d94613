"""Lots that would expire unused where they lie, and who could use them in time. All sums by `levels.expiry_risk`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.levels import AverageUse, DatedLot, expiry_risk

DAYS_ON_THE_WAY: Final = 7
"""What is sent today can be given out after a week: a choice of this project."""


class Band(StrEnum):
    """How near the expiry is, from today."""

    EXPIRED = "expired"
    WITHIN_30 = "30"
    WITHIN_90 = "90"
    WITHIN_180 = "180"
    LATER = "later"
    UNDATED = "undated"


def band(expires_on: date, *, today: date) -> Band:
    """The band of an expiry day; a lot may be used on that day itself."""
    if expires_on == UNKNOWN_EXPIRY:
        return Band.UNDATED
    days = (expires_on - today).days
    if days < 0:
        return Band.EXPIRED
    for limit in (Band.WITHIN_30, Band.WITHIN_90, Band.WITHIN_180):
        if days <= int(limit):
            return limit
    return Band.LATER


@dataclass(frozen=True, slots=True)
class Taker:
    """A place that could take pieces: its use and what lies there already."""

    facility_id: int
    use: AverageUse
    lots: Sequence[DatedLot]


@dataclass(frozen=True, slots=True)
class Placing:
    """So many pieces that the place can use before they expire, without any of its own expiring for it."""

    facility_id: int
    pieces: int


def at_risk(lots: Iterable[DatedLot], use: AverageUse, *, on: date) -> dict[str, int] | None:
    """Pieces by lot that will expire unused, first expiry first out; None while the use is not known."""
    found = expiry_risk(lots, use, on=on)
    return None if found is None else {one.lot: one.at_risk_pieces for one in found}


def placings(
    *, expires_on: date, surplus_pieces: int, pieces_per_pack: int, takers: Iterable[Taker], today: date
) -> list[Placing]:
    """Where a surplus can still be used in time, in the order of the takers, in whole packs, until none is left."""
    left = surplus_pieces
    found = []
    for taker in takers:
        pieces = min(left, usable_in_time(taker, expires_on=expires_on, most=left, today=today))
        pieces -= pieces % pieces_per_pack
        if pieces > 0:
            found.append(Placing(taker.facility_id, pieces))
            left -= pieces
    return found


def usable_in_time(taker: Taker, *, expires_on: date, most: int, today: date) -> int:
    """The most pieces of a lot that expires then that the taker can add and use, at no cost to what it has.

    By halving: with more pieces never less is at risk.
    """
    arrives = today + timedelta(days=DAYS_ON_THE_WAY)
    before = _total_risk(taker, 0, expires_on, arrives)
    if before is None or taker.use.per_month is None or taker.use.per_month <= 0:
        return 0
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if _total_risk(taker, middle, expires_on, arrives) == before:
            low = middle
        else:
            high = middle - 1
    return low


def _total_risk(taker: Taker, added: int, expires_on: date, on: date) -> int | None:
    lots = [*taker.lots, DatedLot("+", expires_on, added)]
    risk = at_risk(lots, taker.use, on=on)
    return None if risk is None else sum(risk.values())
