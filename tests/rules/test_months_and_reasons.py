"""Closing months in order, days without stock by counting every day, reasons that say where pieces go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.daily import stockout_days
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.rules.stock.month_end import check_closable, check_reopenable
from zhixuan.rules.stock.reasons import REASONS, reason_of

TODAY = date(2026, 11, 23)
MONTHS = [Month(2026, 8), Month(2026, 9), Month(2026, 10)]
months = st.integers(Month(2025, 1).ordinal, Month(2027, 3).ordinal).map(Month.from_ordinal)


@given(months, st.none() | months, st.none() | months)
def test_a_month_closes_when_it_is_over_and_the_next_in_line(
    month: Month, last: Month | None, first: Month | None
) -> None:
    over = month.last_day < TODAY
    in_line = month == last.next if last else (first is None or month <= first)
    try:
        check_closable(month, today=TODAY, last_closed=last, first=first)
    except Refused:
        assert not (over and in_line)
    else:
        assert over
        assert in_line


@given(months, st.none() | months)
def test_only_the_latest_closed_month_opens(month: Month, last: Month | None) -> None:
    if month == last:
        check_reopenable(month, last_closed=last)
    else:
        with pytest.raises(Refused):
            check_reopenable(month, last_closed=last)


@given(
    st.dictionaries(
        st.integers(0, (TODAY - MONTHS[0].first_day).days).map(lambda back: TODAY - timedelta(days=back)),
        st.integers(-20, 20),
        max_size=20,
    ),
    st.integers(0, 60),
    st.lists(st.sampled_from([*MONTHS, Month(2026, 11)]), min_size=1, unique=True).map(sorted),
)
def test_days_without_stock_by_counting_every_day(changes: dict[date, int], now: int, asked: list[Month]) -> None:
    first = min(asked).first_day
    known = {day: pieces for day, pieces in changes.items() if day >= first}
    ends: dict[date, int] = {}
    balance, day = now, TODAY
    while day >= first:
        ends[day] = balance
        balance -= known.get(day, 0)
        day -= timedelta(days=1)
    expected = {month: sum(1 for day, left in ends.items() if day in month and left <= 0) for month in asked}
    assert stockout_days(now, known, asked, today=TODAY) == expected


@pytest.mark.parametrize("code", list(REASONS))
def test_a_reason_is_what_it_is_called_and_points_away_from_the_store(code: str) -> None:
    reason = reason_of(code, note="seen")
    assert reason.code == code
    assert reason.direction in {-1, 1}
    assert reason.other not in {PlaceKind.STORE, PlaceKind.TRANSIT}


@given(st.text(max_size=12))
def test_only_listed_reasons_and_with_a_note_where_one_is_needed(code: str) -> None:
    if code not in REASONS:
        with pytest.raises(Refused) as refused:
            reason_of(code, note="x")
        assert refused.value.code == "unknown_reason"


@pytest.mark.parametrize("code", [code for code, reason in REASONS.items() if reason.note_needed])
def test_a_needed_note_is_asked_for(code: str) -> None:
    with pytest.raises(Refused) as refused:
        reason_of(code, note="   ")
    assert refused.value.field == "note"
