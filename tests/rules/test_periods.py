"""Months and their kin against the calendar of the standard library."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.expiry import parse_expiry
from zhixuan.rules.periods import (
    HalfYear,
    Month,
    Quarter,
    Year,
    clipped_stockout_days,
    month_range,
    months_between,
    stockout_days_within,
)
from zhixuan.rules.refusal import Refused

months = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))
days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@given(months, st.integers(-400, 400))
def test_stepping_agrees_with_counting(month: Month, steps: int) -> None:
    assert months_between(month, month.plus(steps)) == steps
    assert month.plus(steps).plus(-steps) == month
    assert (month.next.previous, month.previous.next) == (month, month)


@given(months)
def test_first_and_last_day_meet_the_neighbours(month: Month) -> None:
    assert month.last_day == date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    assert month.last_day + timedelta(days=1) == month.next.first_day
    assert month.days == (month.next.first_day - month.first_day).days
    assert Month.parse(str(month)) == month


@given(days)
def test_a_day_lies_in_its_own_periods_and_no_other(day: date) -> None:
    month = Month.of(day)
    for period in (month, month.quarter, month.half_year, Year(day.year)):
        assert day in period
        assert day not in period.next
        assert day not in period.previous
        assert period.next.previous == period
        assert period.last_day + timedelta(days=1) == period.next.first_day
        assert sum(one.days for one in period.months()) == period.days


@given(months, st.integers(0, 60))
def test_a_range_holds_every_month_once(first: Month, length: int) -> None:
    found = list(month_range(first, first.plus(length)))
    assert len(found) == length + 1
    assert found == sorted(set(found))
    assert list(month_range(first, first.plus(-1))) == []


@pytest.mark.parametrize(
    "text", ["2026-11", "2026/11", "2026.11", "2026年11月", "2026年11月份", "２０２６年１１月", " 2026-11 "]
)
def test_ways_to_write_a_month(text: str) -> None:
    assert Month.parse(text) == Month(2026, 11)


@pytest.mark.parametrize(
    "text", ["", "202611", "2026-13", "2026-0", "26-11", "11-2026", "2026-11-01", "1899-01", "2026-1x"]
)
def test_not_a_month(text: str) -> None:
    with pytest.raises(Refused, match="is not a month"):
        Month.parse(text)


def test_other_periods_are_read_and_written() -> None:
    for text in ("2026-Q3", "2026q3", "2026年3季度", "2026年第三季度"):
        assert Quarter.parse(text) == Quarter(2026, 3)
    for text in ("2026-H2", "2026年下半年"):
        assert HalfYear.parse(text) == HalfYear(2026, 2)
    for text in ("2026", "2026年", "2026年度"):
        assert Year.parse(text) == Year(2026)
    assert [str(Quarter(2026, 3)), str(HalfYear(2026, 2)), str(Year(2026))] == ["2026-Q3", "2026-H2", "2026"]
    assert Quarter(2026, 4).next == Quarter(2027, 1)


@pytest.mark.parametrize(
    ("kind", "text"), [(Quarter, "2026-Q5"), (Quarter, "2026-11"), (HalfYear, "2026-H3"), (Year, "26"), (Year, "2300")]
)
def test_not_a_period(kind: type[Quarter] | type[HalfYear] | type[Year], text: str) -> None:
    with pytest.raises(Refused):
        kind.parse(text)


@pytest.mark.parametrize("wrong", [lambda: Month(2026, 13), lambda: Quarter(2026, 0), lambda: HalfYear(2026, 3)])
def test_no_such_period(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"outside|neither"):
        wrong()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11", date(2026, 11, 30)),
        ("2028年2月", date(2028, 2, 29)),
        ("2026-11-05", date(2026, 11, 5)),
        ("2026年11月5日", date(2026, 11, 5)),
        ("2026/1/5", date(2026, 1, 5)),
    ],
)
def test_expiry(text: str, day: date) -> None:
    assert parse_expiry(text) == day


@pytest.mark.parametrize("text", ["2026-02-30", "11/2026", "261130", "2026-11-", "2026-11/05", ""])
def test_not_an_expiry(text: str) -> None:
    with pytest.raises(Refused, match="is not an expiry date"):
        parse_expiry(text)


@pytest.mark.parametrize(("recorded", "clipped"), [(-4, 0), (0, 0), (12, 12), (31, 30), (300, 30)])
def test_stockout_days_are_held_within_the_month(recorded: int, clipped: int) -> None:
    assert clipped_stockout_days(recorded, Month(2019, 9)) == clipped


@given(months, days, st.integers(0, 200))
def test_stockout_days_equal_a_count_of_days(month: Month, out_from: date, length: int) -> None:
    back_on = out_from + timedelta(days=length)
    counted = sum(1 for step in range(length) if out_from + timedelta(days=step) in month)
    assert stockout_days_within(month, out_from=out_from, back_on=back_on) == counted


def test_still_out_counts_to_the_end_of_the_period() -> None:
    assert stockout_days_within(Month(2019, 9), out_from=date(2019, 9, 21), back_on=None) == 10
