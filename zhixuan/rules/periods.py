"""Months, quarters, half-years and years as values, and the dates that hang on them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月份?)", re.ASCII)
_QUARTER = re.compile(r"(\d{4})\s*(?:-?\s*q([1-4])|年\s*第?\s*([1-4一二三四])\s*季度?)", re.ASCII)
_HALF = re.compile(r"(\d{4})\s*(?:-?\s*h([12])|年\s*([上下])半年)", re.ASCII)
_YEAR = re.compile(r"(\d{4})\s*(?:年度?)?", re.ASCII)


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}")
    return year


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; ordered by time.

    Raises:
        ValueError: month outside 1-12 or year outside 1900-2199.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        _checked(self.year)
        if not 1 <= self.month <= 12:
            raise ValueError(f"month {self.month} is outside 1-12")

    @classmethod
    def parse(cls, text: str) -> Month:
        """From "2026-11", "2026/11" or "2026年11月"; six bare digits are refused (201211 is also 2020-12-11).

        Raises:
            Refused: not a month.
        """
        found = _MONTH.fullmatch(to_half_width(text))
        if found is not None:
            try:
                return cls(int(found[1]), int(found[2] or found[3]))
            except ValueError:
                pass
        raise Refused(N_("“{typed}” is not a month: write it like 2026-11."), typed=text.strip())

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def ordinal(self) -> int:
        """Months since year 0: the difference of two ordinals is the months between them."""
        return self.year * 12 + self.month - 1

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def next(self) -> Month:
        return self.plus(1)

    @property
    def previous(self) -> Month:
        return self.plus(-1)

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, (self.month + 2) // 3)

    @property
    def half_year(self) -> HalfYear:
        return HalfYear(self.year, (self.month + 5) // 6)

    def plus(self, months: int) -> Month:
        return Month.from_ordinal(self.ordinal + months)

    def months(self) -> tuple[Month, ...]:
        return (self,)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class _Span:
    """What quarters, half-years and years share: they are runs of whole months."""

    __slots__ = ()

    def _first_month(self) -> Month:
        raise NotImplementedError

    def _length(self) -> int:
        raise NotImplementedError

    def months(self) -> tuple[Month, ...]:
        first = self._first_month()
        return tuple(first.plus(step) for step in range(self._length()))

    @property
    def first_day(self) -> date:
        return self._first_month().first_day

    @property
    def last_day(self) -> date:
        return self._first_month().plus(self._length() - 1).last_day

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True, order=True)
class Quarter(_Span):
    """A calendar quarter, 1 to 4."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        _checked(self.year)
        if not 1 <= self.quarter <= 4:
            raise ValueError(f"quarter {self.quarter} is outside 1-4")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """From "2026-Q3", "2026Q3", "2026年3季度" or "2026年第三季度".

        Raises:
            Refused: not a quarter.
        """
        found = _QUARTER.fullmatch(to_half_width(text))
        if found is not None and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            said = found[2] or found[3]
            return cls(int(found[1]), "一二三四".find(said) + 1 or int(said))
        raise Refused(N_("“{typed}” is not a quarter: write it like 2026-Q3."), typed=text.strip())

    @property
    def next(self) -> Quarter:
        return self._first_month().plus(3).quarter

    @property
    def previous(self) -> Quarter:
        return self._first_month().plus(-3).quarter

    def _first_month(self) -> Month:
        return Month(self.year, self.quarter * 3 - 2)

    def _length(self) -> int:
        return 3

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.quarter}"


@dataclass(frozen=True, slots=True, order=True)
class HalfYear(_Span):
    """The first or second half of a calendar year."""

    year: int
    half: int

    def __post_init__(self) -> None:
        _checked(self.year)
        if self.half not in (1, 2):
            raise ValueError(f"half {self.half} is neither 1 nor 2")

    @classmethod
    def parse(cls, text: str) -> HalfYear:
        """From "2026-H1" or "2026年上半年".

        Raises:
            Refused: not a half-year.
        """
        found = _HALF.fullmatch(to_half_width(text))
        if found is not None and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return cls(int(found[1]), 1 if (found[2] or found[3]) in ("1", "上") else 2)
        raise Refused(N_("“{typed}” is not a half-year: write it like 2026-H1."), typed=text.strip())

    @property
    def next(self) -> HalfYear:
        return self._first_month().plus(6).half_year

    @property
    def previous(self) -> HalfYear:
        return self._first_month().plus(-6).half_year

    def _first_month(self) -> Month:
        return Month(self.year, self.half * 6 - 5)

    def _length(self) -> int:
        return 6

    def __str__(self) -> str:
        return f"{self.year:04d}-H{self.half}"


@dataclass(frozen=True, slots=True, order=True)
class Year(_Span):
    """A calendar year."""

    year: int

    def __post_init__(self) -> None:
        _checked(self.year)

    @classmethod
    def parse(cls, text: str) -> Year:
        """From "2026" or "2026年".

        Raises:
            Refused: not a year.
        """
        found = _YEAR.fullmatch(to_half_width(text))
        if found is not None and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return cls(int(found[1]))
        raise Refused(N_("“{typed}” is not a year: write it like 2026."), typed=text.strip())

    @property
    def next(self) -> Year:
        return Year(self.year + 1)

    @property
    def previous(self) -> Year:
        return Year(self.year - 1)

    def _first_month(self) -> Month:
        return Month(self.year, 1)

    def _length(self) -> int:
        return 12

    def __str__(self) -> str:
        return f"{self.year:04d}"


Period = Month | Quarter | HalfYear | Year


def months_between(earlier: Month, later: Month) -> int:
    """Whole months from one to the other; 0 for the same month, negative when `later` is earlier."""
    return later.ordinal - earlier.ordinal


def month_range(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included; nothing when `last` is earlier."""
    for ordinal in range(first.ordinal, last.ordinal + 1):
        yield Month.from_ordinal(ordinal)


def clipped_stockout_days(days: int, period: Period) -> int:
    """Stock-out days held between 0 and the days of the period, for sums that must not break on bad records."""
    length = period.days
    return min(max(days, 0), length)


def stockout_days_within(period: Period, *, out_from: date, back_on: date | None) -> int:
    """Days of a period without stock, given the first day out and the day stock came back (None: still out)."""
    first = max(out_from, period.first_day)
    last = period.last_day.toordinal() if back_on is None else min(back_on.toordinal() - 1, period.last_day.toordinal())
    return max(0, last - first.toordinal() + 1)
