"""When the usual order of a place is due, and how long goods may travel: from `definitions/orders/rhythm.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.norms import FacilityLevel


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a place of a level orders, until which day of the period, and how long goods are expected to travel.

    Args:
        every_months: 1, 2, 3, 4, 6 or 12: periods begin in January.
        due_day: day of the period's first month, 1 to 28.
    """

    every_months: int
    due_day: int
    days_on_the_way: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Due:
    """When the next usual order is due. Emergency orders are never bound to it."""

    on: date
    overdue_days: int = 0

    @property
    def overdue(self) -> bool:
        return self.overdue_days > 0


def period_of(rhythm: Rhythm, day: date) -> Month:
    """The first month of the period that the day lies in."""
    month = Month.of(day)
    return month.plus(-((month.first_day.month - 1) % rhythm.every_months))


def next_due(rhythm: Rhythm, *, today: date, last_asked_on: date | None, since: date | None = None) -> Due:
    """The day until which the next usual order should be in.

    Args:
        last_asked_on: when the latest usual order was sent in.
        since: first day of the place; it owes nothing for periods before.
    """
    begin = period_of(rhythm, today)
    if last_asked_on is not None and last_asked_on >= begin.first_day:
        return Due(_due_day(rhythm, begin.plus(rhythm.every_months)))
    due = _due_day(rhythm, begin)
    if since is not None and since > due:
        return Due(_due_day(rhythm, begin.plus(rhythm.every_months)))
    return Due(due, max(0, (today - due).days))


def _due_day(rhythm: Rhythm, month: Month) -> date:
    return month.first_day + timedelta(days=rhythm.due_day - 1)


def days_overdue(rhythm: Rhythm, *, sent_on: date, today: date) -> int:
    """Days beyond the expected time on the way; 0 while in time."""
    return max(0, (today - sent_on).days - rhythm.days_on_the_way)


def read_rhythms(content: object, *, file: str) -> Mapping[FacilityLevel, Rhythm]:
    """Rhythms by the level of the place that orders.

    Raises:
        Refused: naming file, place and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    head = root.table("file")
    for field in ("title_zh", "title_en"):
        head.text(field)
    head.day("compiled_on")
    head.close()
    found: dict[FacilityLevel, Rhythm] = {}
    for table in root.tables("rhythms"):
        level = table.choice("level", FacilityLevel)
        every, due, days = (
            table.whole("every_months", least=1, most=12),
            table.whole("due_day", least=1, most=28),
            table.whole("days_on_the_way", least=1, most=365),
        )
        source, verified = table.text("source"), table.flag("verified")
        table.close()
        if every and 12 % every:
            table.refuse("every_months", N_("{file}, {place}: periods must fill a year: 1, 2, 3, 4, 6 or 12 months."))
        if level and FacilityLevel(level) in found:
            table.refuse("level", N_("{file}, {place}: this level is given twice."))
        if level and every and due and days:
            found[FacilityLevel(level)] = Rhythm(every, due, days, source, verified)
    if FacilityLevel.VILLAGE not in found:
        root.refuse("rhythms", N_("{file}, {place}: the level village is needed, others follow it."))
    root.finish()
    return found
