"""Cards of replaced products go on as those of their successors, as `analytics/history.chained` does with tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from zhixuan.rules.periods import Month
from zhixuan.rules.replacing import Successor
from zhixuan.rules.stock.facts import MonthOfCard
from zhixuan.rules.stock.levels import PeriodUse

Series = tuple[int, int]
"""(facility id, product id)"""
Cards = Mapping[Series, Sequence[MonthOfCard]]


def joined(cards: Cards, successors: Mapping[int, Successor[int]]) -> dict[Series, list[MonthOfCard]]:
    """One card a facility and product that goes on, in pieces of that product; months earliest first.

    Where both have a card in a month, quantities add up, what neither reported stays empty, and stock-out days are
    those on which all of them were out. Cards that nothing is joined to stay as they are.
    """
    parts: dict[Series, list[tuple[Sequence[MonthOfCard], Fraction]]] = defaultdict(list)
    for (facility, product), months in cards.items():
        step = successors.get(product, Successor(product))
        parts[facility, step.product].append((months, step.pieces))
    return {series: _one(found) for series, found in parts.items()}


def joined_use(parts: Sequence[tuple[Sequence[PeriodUse], Fraction]]) -> list[PeriodUse]:
    """One history of use out of those of products that took each other's place, each with the pieces that stand for
    one of its own; the same months in each, one a month. Out of stock were the days on which all of them were.
    """
    told = [(history, pieces) for history, pieces in parts if history]
    found = []
    for months in zip(*(history for history, _pieces in told), strict=True):
        issued = [one.issued_pieces * pieces for one, (_history, pieces) in zip(months, told, strict=True)]
        found.append(PeriodUse(round(sum(issued)), min(one.stockout_days or 0 for one in months)))
    return found


def _one(parts: Sequence[tuple[Sequence[MonthOfCard], Fraction]]) -> list[MonthOfCard]:
    if len(parts) == 1 and parts[0][1] == 1:
        return list(parts[0][0])
    by_month: dict[Month, list[tuple[MonthOfCard, Fraction]]] = defaultdict(list)
    for months, pieces in parts:
        for one in months:
            by_month[one.month].append((one, pieces))
    return [_month(month, by_month[month]) for month in sorted(by_month)]


def _month(month: Month, cards: Sequence[tuple[MonthOfCard, Fraction]]) -> MonthOfCard:
    told = [(one, pieces) for one, pieces in cards if one.reported]
    if not told:
        return MonthOfCard(month, reported=False)

    def total(name: str) -> int:
        return round(sum(((getattr(one, name) or 0) * pieces for one, pieces in told), Fraction(0)))

    opening, received, issued, closing = map(total, ("opening", "received", "issued", "closing"))
    days = [one.stockout_days for one, _pieces in told if one.stockout_days is not None]
    return MonthOfCard(
        month,
        reported=True,
        opening=opening,
        received=received,
        issued=issued,
        dispensed=total("dispensed"),
        adjusted=closing - opening - received + issued,
        closing=closing,
        stockout_days=min(days) if days else None,
    )
