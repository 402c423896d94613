"""Cards by month, plain forecasts, and how far off they were."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.analytics.forecasting import simple
from zhixuan.analytics.forecasting.series import panel_of
from zhixuan.analytics.tables import facts
from zhixuan.rules.periods import Month, month_range
from zhixuan.rules.planning.accuracy import Said, accuracy, latest_said
from zhixuan.rules.planning.plain import plain_forecasts
from zhixuan.rules.stock.daily import empty_days, stockout_days
from zhixuan.rules.stock.facts import DayOfCard, months_of_card

BEGIN = date(2026, 1, 1)
CHANGES = st.dictionaries(st.integers(0, 150).map(lambda days: BEGIN + timedelta(days=days)), st.integers(-9, 9))


@given(CHANGES)
def test_days_without_stock_forwards_are_those_backwards(changes: dict[date, int]) -> None:
    until = date(2026, 6, 30)
    months = list(month_range(Month(2026, 1), Month(2026, 6)))
    backwards = stockout_days(sum(changes.values()), changes, months, today=until)
    before = (min(changes) - BEGIN).days if changes else (until - BEGIN).days + 1
    assert sum(empty_days(changes, until=until).values()) == sum(backwards.values()) - before


def test_a_month_without_books_is_missing_not_zero() -> None:
    days = {
        date(2026, 1, 5): DayOfCard(change=100, received=100),
        date(2026, 1, 20): DayOfCard(change=-30, issued=30, dispensed=20),
        date(2026, 3, 2): DayOfCard(change=-80, issued=60, dispensed=60),
    }
    january, february, march = months_of_card(days, {}, {Month(2026, 1), Month(2026, 3)}, until=Month(2026, 3))
    assert (january.opening, january.received, january.issued, january.dispensed) == (0, 100, 30, 20)
    assert (january.adjusted, january.closing, january.stockout_days) == (0, 70, 0)
    assert (february.reported, february.issued, february.closing) == (False, None, None)
    assert (march.opening, march.adjusted, march.closing, march.stockout_days) == (70, -20, -10, 30)
    assert months_of_card(days, {}, set(), until=Month(2025, 12)) == []


def test_what_expired_is_out_of_stock() -> None:
    days = {date(2026, 1, 1): DayOfCard(change=10, received=10)}
    (january,) = months_of_card(days, {date(2026, 1, 22): -10}, {Month(2026, 1)}, until=Month(2026, 1))
    assert (january.closing, january.stockout_days) == (10, 10)


SERIES = st.lists(st.none() | st.integers(0, 500).map(float), min_size=1, max_size=30)


@given(st.lists(SERIES, min_size=1, max_size=6))
def test_plain_forecasts_are_those_of_the_analytics(series: list[list[float | None]]) -> None:
    rows = [
        (f"F{number}", "P", Month(2024, 1).plus(month).first_day, "", value)
        for number, values in enumerate(series)
        for month, value in enumerate(values)
    ]
    table = pl.DataFrame(rows, ["facility", "product", "month", "area", "issued"], orient="row")
    panel = panel_of(facts(table.with_columns(pl.col("issued").cast(pl.Float64))))
    likes = simple.likes_of(panel)
    everywhere = simple.Likes({}, likes.everywhere, likes.overall)
    there = simple.empirical(panel, everywhere)
    here = plain_forecasts({(f"F{number}", "P"): values for number, values in enumerate(series)})
    for row, (facility, product) in enumerate(panel.keys.select("facility", "product").iter_rows()):
        one = here[facility, product]
        np.testing.assert_allclose([*one.levels, one.mean], [*there.levels[row], there.mean[row]], rtol=1e-9)
        assert all(math.isfinite(value) and value >= 0 for value in (*one.levels, one.mean))


def test_of_each_month_the_last_forecast_before_it_counts() -> None:
    early = (Month(2026, 1), {Month(2026, 1): Said(10, 10), Month(2026, 2): Said(10, 10)})
    late = (Month(2026, 2), {Month(2026, 2): Said(20, 25)})
    said = latest_said([late, early])
    found = accuracy(said, {Month(2026, 1): 20, Month(2026, 2): 20, Month(2026, 5): 7})
    assert (found.months, found.off, found.bias) == (2, 0.25, -0.125)
    assert accuracy(said, {Month(2026, 1): 0}).off is None
    assert not found.went_wrong
