"""When a facility has to count, and whether it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhixuan.rules.periods import Month, Quarter


class Every(StrEnum):
    """How often the whole stock is counted."""

    MONTH = "month"
    QUARTER = "quarter"


class Standing(StrEnum):
    """Whether a facility has counted in time."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Due:
    """Where a facility stands with its counts. `by` is the last day in time; `days_late` is 0 unless overdue."""

    standing: Standing
    by: date
    days_late: int = 0


def period_of(every: Every, day: date) -> Month | Quarter:
    month = Month.of(day)
    return month if every is Every.MONTH else month.quarter


def due(every: Every, grace_days: int, *, last_counted: date | None, since: date, today: date) -> Due:
    """Whether the count of the current period, or one before it, is owed.

    Args:
        grace_days: a count may come so many days after its period.
        last_counted: day of the latest whole count that was posted.
        since: first day of stock here: nothing is owed for periods that ended before it.
    """
    current = period_of(every, today)
    before = current.previous
    if last_counted is not None and last_counted >= current.first_day:
        return Due(Standing.DONE, (current.next.last_day + timedelta(days=grace_days)))
    missed = since <= before.last_day and (last_counted is None or last_counted < before.first_day)
    by = before.last_day + timedelta(days=grace_days)
    if missed and today > by:
        return Due(Standing.OVERDUE, by, (today - by).days)
    if missed:
        return Due(Standing.DUE, by)
    return Due(Standing.DUE, current.last_day + timedelta(days=grace_days))
