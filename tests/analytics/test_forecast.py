"""Every series gets an answer that can be used, whatever its history, and no answer knows the future."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.histories import county, month, rows_of, table
from zhixuan.analytics.forecasting import Profile, forecast
from zhixuan.analytics.forecasting.backtest import backtest
from zhixuan.analytics.forecasting.context import context_of
from zhixuan.analytics.forecasting.examples import examples_of
from zhixuan.analytics.forecasting.series import panel_of
from zhixuan.analytics.tables import FORECASTS
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused

FIGURES = ["median", "mean", "p10", "p50", "p80", "p90", "p95"]
amounts = st.one_of(st.none(), st.just(0.0), st.floats(0, 1e9), st.integers(0, 20).map(float))
histories = st.lists(st.lists(amounts, min_size=1, max_size=16), min_size=1, max_size=4)


def usable(found: pl.DataFrame, series: int, horizon: int) -> None:
    assert dict(found.schema) == FORECASTS
    assert found.height == series * horizon
    figures = found.select(FIGURES).to_numpy()
    assert np.isfinite(figures).all()
    assert (figures >= 0).all()
    for low, high in pairwise(FIGURES[2:]):
        assert (found[low] <= found[high]).all()
    assert (found["median"] == found["p50"]).all()


@settings(max_examples=25, deadline=None)
@given(histories, st.integers(1, 5))
def test_any_history_is_answered(drawn: list[list[float | None]], horizon: int) -> None:
    series = [rows for number, values in enumerate(drawn) if (rows := rows_of(values, f"F{number}"))]
    if series:
        usable(forecast(table(*series), horizon), len(series), horizon)


@pytest.mark.parametrize("profile", list(Profile))
def test_a_county_is_answered_the_same_each_time(profile: Profile) -> None:
    history = county()
    found = forecast(history, 3, profile=profile)
    usable(found, 36, 3)
    assert found.equals(forecast(history.sample(fraction=1, shuffle=True, seed=3), 3, profile=profile))
    assert found["month"].unique().sort().to_list() == [month(30), month(31), month(32)]


@pytest.mark.parametrize(
    ("values", "method", "low", "high"),
    [
        ([0.0] * 120, "medians", 0, 0),  # ten years of zeros
        ([7.0], "borrowed", 7, 7),  # one month of history
        ([5.0] * 24, "medians", 5, 5),
        ([0.0, 5e-324] * 8, "medians", 0, 1),  # less than can be divided by
        ([None, None, 10.0, 10.0, None, 10.0, 10.0], "medians", 10, 10),  # missing is not zero
    ],
)
def test_short_and_empty_histories(values: list[float | None], method: str, low: float, high: float) -> None:
    found = forecast(table(rows_of(values)), 2)
    assert found["method"].unique().to_list() == [method]
    assert low <= found["median"].min() <= found["p95"].max() <= high


def test_a_year_of_many_series_is_enough_for_a_model_but_not_for_a_look_back() -> None:
    usable(forecast(county(30, 3, 13), 3), 90, 3)


def test_a_new_facility_borrows_from_its_likes() -> None:
    known = [rows_of([float(20 + number)] * 12, f"F{number}") for number in range(5)]
    wanted = pl.DataFrame({"facility": ["new", "F1"], "product": ["P", "P"]})
    found = forecast(table(*known), 2, wanted=wanted)
    assert found["facility"].unique().sort().to_list() == ["F1", "new"]
    new = found.filter(pl.col("facility") == "new")
    assert new["method"].to_list() == ["borrowed"] * 2
    assert new["median"].to_list() == [22.0] * 2


@pytest.mark.parametrize("horizon", [0, 25])
def test_a_horizon_has_bounds(horizon: int) -> None:
    with pytest.raises(ValueError, match="horizon"):
        forecast(county(2, 1, 6), horizon)


def test_what_is_taught_about_an_origin_knows_nothing_later() -> None:
    """Other months after an origin, other outcomes: but the same features, and the same past to learn from."""
    whole = panel_of(county())
    changed = panel_of(
        county().with_columns(
            pl.when(pl.col("month") >= month(20))
            .then(pl.col("issued") * 9 + 5)
            .otherwise(pl.col("issued"))
            .alias("issued")
        )
    )
    one, other = (examples_of(panel, context_of(panel), 3) for panel in (whole, changed))
    assert one is not None
    assert other is not None
    assert not np.array_equal(one.actual, other.actual)
    before, same = one.until(20), other.until(20)
    for name in ("features", "actual", "scale", "swing"):
        np.testing.assert_array_equal(getattr(before, name), getattr(same, name))
    cut = examples_of(whole.until(20), context_of(whole.until(20)), 3)
    assert cut is not None
    np.testing.assert_array_equal(np.sort(cut.actual), np.sort(before.actual))


def test_a_look_back_is_not_moved_by_what_came_later() -> None:
    history = county()
    later = history.with_columns(
        pl.when(pl.col("month") > month(24)).then(pl.col("issued") * 3).otherwise(pl.col("issued")).alias("issued")
    )
    origin = [Month(2023, 10)]  # the 22nd month: its window ends with the 25th
    found = [backtest(one, origin, 3, profile=Profile.FAST) for one in (history, later)]
    assert found[0].equals(found[1])


@pytest.mark.parametrize("origin", [Month(2021, 12), Month(2022, 1), Month(2024, 4), Month(2030, 1)])
def test_an_origin_must_lie_within_the_records(origin: Month) -> None:
    with pytest.raises(Refused, match="are needed; the records go from 2022-01 to 2024-06"):
        backtest(county(2, 2), [origin], 3)
