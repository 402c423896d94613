"""Days without stock, worked out from the balance now and the changes of each day.

Convention, stated on the screen: a day counts as out of stock when nothing usable is left at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from zhixuan.rules.periods import Month


def stockout_days(now: int, changes: Mapping[date, int], months: Sequence[Month], *, today: date) -> dict[Month, int]:
    """Days of each month at whose end the balance was zero or less; days after today do not count.

    Args:
        now: pieces at the end of today.
        changes: net pieces by day, complete from the first day of the earliest month to today.
    """
    empty = dict.fromkeys(months, 0)
    spans = _spans(tuple(months))
    balance, until = now, today
    for day in sorted(changes, reverse=True):
        _count(empty, spans, day, until, balance)
        balance -= changes[day]
        until = day - timedelta(days=1)
    if months:
        _count(empty, spans, min(months).first_day, until, balance)
    return empty


def empty_days(changes: Mapping[date, int], *, until: date) -> dict[Month, int]:
    """The same for a whole card: days by month, from the first day something moved until `until`, with zero or less.

    Args:
        changes: net usable pieces by day, all that ever moved.
    """
    found: dict[Month, int] = {}
    balance = 0
    days = sorted(day for day in changes if day <= until)
    for day, following in zip(days, [*days, until + timedelta(days=1)][1:], strict=True):
        balance += changes[day]
        if balance <= 0:
            _add_days(found, day, following - timedelta(days=1))
    return found


def _add_days(found: dict[Month, int], first: date, last: date) -> None:
    """Count the days from first to last, both included, by month."""
    while first <= last:
        month = Month.of(first)
        end = min(last, month.last_day)
        found[month] = found.get(month, 0) + (end - first).days + 1
        first = end + timedelta(days=1)


Span = tuple[Month, date, date]


@lru_cache(maxsize=100)
def _spans(months: tuple[Month, ...]) -> tuple[Span, ...]:
    """First and last day of each: the same few months are asked about for every row of a list."""
    return tuple((month, month.first_day, month.last_day) for month in months)


def _count(empty: dict[Month, int], spans: Sequence[Span], first: date, last: date, balance: int) -> None:
    """Add the days from first to last, both included, if the balance stood at zero through them."""
    if balance > 0 or first > last:
        return
    for month, begin, end in spans:
        if first <= end and last >= begin:
            empty[month] += (min(last, end) - max(first, begin)).days + 1
