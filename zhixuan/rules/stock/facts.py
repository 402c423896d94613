"""One row of a card a month: what forecasts, plans and their checks are made from. Missing is not zero."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date

from zhixuan.rules.periods import Month, month_range
from zhixuan.rules.stock.daily import empty_days


@dataclass(slots=True)
class DayOfCard:
    """What a day changed on a card, in pieces.

    Args:
        change: net, of the books.
        issued: to clients and to other facilities, less what was undone.
        dispensed: of it to clients.
        received: from a supplier or from the way.
    """

    change: int = 0
    issued: int = 0
    dispensed: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class MonthOfCard:
    """A month of a card, in pieces. Not `reported`: nobody kept the books that month; quantities are then None.

    `adjusted` is all else: counts, losses, corrections, what was opened with; closing = opening + received - issued +
    adjusted.
    """

    month: Month
    reported: bool
    opening: int | None = None
    received: int | None = None
    issued: int | None = None
    dispensed: int | None = None
    adjusted: int | None = None
    closing: int | None = None
    stockout_days: int | None = None


def months_of_card(
    days: Mapping[date, DayOfCard], expired: Mapping[date, int], kept: Set[Month], *, until: Month
) -> list[MonthOfCard]:
    """Every month from the first movement to `until`, earliest first.

    Args:
        days: all that ever moved, by day.
        expired: what to add to the changes so that they are those of usable stock.
        kept: months in which the store kept its books: something moved, or the month was closed.
    """
    before = [day for day in days if Month.of(day) <= until]
    if not before:
        return []
    usable = {day: one.change + expired.get(day, 0) for day, one in days.items()}
    usable |= {day: pieces for day, pieces in expired.items() if day not in days}
    empty = empty_days(usable, until=until.last_day)
    sums = _by_month(days)
    rows, balance = [], 0
    for month in month_range(Month.of(min(before)), until):
        total = sums.get(month, DayOfCard())
        opening, balance = balance, balance + total.change
        if month not in kept:
            rows.append(MonthOfCard(month, reported=False))
            continue
        adjusted = total.change - total.received + total.issued
        figures = (opening, total.received, total.issued, total.dispensed, adjusted, balance)
        rows.append(MonthOfCard(month, True, *figures, min(empty.get(month, 0), month.days)))
    return rows


def _by_month(days: Mapping[date, DayOfCard]) -> dict[Month, DayOfCard]:
    sums: dict[Month, DayOfCard] = {}
    for day, one in days.items():
        total = sums.setdefault(Month.of(day), DayOfCard())
        total.change += one.change
        total.issued += one.issued
        total.dispensed += one.dispensed
        total.received += one.received
    return sums
