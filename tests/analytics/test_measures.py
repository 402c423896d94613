"""Need, marks, ways to quantify, errors after the fact, and means that add up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics.histories import month, rows_of, table
from zhixuan.analytics import quantification
from zhixuan.analytics.forecasting.combination import Demand, Trial, combine, demand_of, learn_shares
from zhixuan.analytics.forecasting.reconciliation import Level, reconcile, summed
from zhixuan.analytics.forecasting.series import latest, panel_of
from zhixuan.analytics.forecasting.tracking import errors
from zhixuan.analytics.measures.consumption import marked, needed
from zhixuan.analytics.tables import facts
from zhixuan.rules.refusal import Refused

CARD = ("issued", "closing", "stockout_days", "reported")
# what stands on the card of the third month, after two months of 10 with stock; need and basis
NEEDS = [
    ((10.0, 5.0, None, True), 10.0, "recorded"),
    ((0.0, 5.0, 0.0, True), 0.0, "recorded"),
    ((10.0, 0.0, 10.0, True), 15.0, "normalised"),
    ((10.0, 0.0, 29.0, True), 30.0, "normalised"),  # at most three times the record
    ((4.0, 0.0, 30.0, True), 10.0, "censored"),  # out all month: the formula has no answer
    ((4.0, 0.0, 300.0, True), 10.0, "censored"),  # more days than a month has
    ((4.0, 0.0, None, True), 10.0, "censored"),
    ((14.0, 0.0, None, True), 14.0, "censored"),  # at least the record
    ((0.0, 0.0, None, False), 10.0, "censored"),
    ((None, None, None, False), 10.0, "censored"),
]


@pytest.mark.parametrize(("card", "need", "basis"), NEEDS)
def test_need(card: tuple[float | None, float | None, float | None, bool], need: float, basis: str) -> None:
    cards = [(10.0, 5.0, None, True), (10.0, 5.0, None, True), card]
    rows = [
        {"facility": "A", "product": "P", "month": month(number)} | dict(zip(CARD, one, strict=True))
        for number, one in enumerate(cards)
    ]
    found = needed(facts(pl.DataFrame(rows, schema_overrides={"stockout_days": pl.Float64})))
    assert found.select("need", "basis").row(2) == (need, basis)
    assert found["need"].to_list()[:2] == [10.0, 10.0]


def test_a_month_before_any_record_is_missing() -> None:
    rows = pl.DataFrame({"facility": ["A"], "product": ["P"], "month": [month(0)], "issued": [None]})
    assert needed(facts(rows)).select("need", "basis").row(0) == (None, "missing")


def test_outliers_and_unit_jumps_are_marked_not_mended() -> None:
    odd = [10.0, 11, 9, 10, 12, 8, 10, 11, 9, 10, 9, 11, 12, 900, 10, 9]
    jump = [10.0, 11, 9, 10, 12, 8, 100.0, 110, 90, 100, 120, 80, 100, 90]
    found = marked(table(rows_of(odd, "odd"), rows_of(jump, "jump")))
    assert found.filter(pl.col("outlier") & (pl.col("facility") == "odd"))["issued"].to_list() == [900]
    assert month(6) in found.filter(pl.col("unit_jump") & (pl.col("facility") == "jump"))["month"].to_list()
    assert not found.filter(pl.col("facility") == "odd")["unit_jump"].any()
    assert found["issued"].sum() == sum(odd) + sum(jump)


def test_consumption_and_users_side_by_side() -> None:
    forecasts = pl.DataFrame({"facility": ["A"] * 3, "product": ["P"] * 3, "mean": [10.0, 20.0, 30.0]})
    users = pl.DataFrame({"facility": ["A", "B"], "product": ["P", "P"], "users": [10, 2]})
    quotas = pl.DataFrame({"product": ["P"], "pieces_per_user_year": [120.0]})
    by_users = quantification.by_users(users, quotas, 3)
    found = quantification.side_by_side(quantification.by_consumption(forecasts), by_users)
    assert found.rows() == [("A", "P", 60.0, 300.0, 180.0, 4.0, True), ("B", "P", None, 60.0, 60.0, None, False)]


def test_users_need_a_quota_and_cannot_be_fewer_than_none() -> None:
    users = pl.DataFrame({"facility": ["A", "A"], "product": ["P", "Q"], "users": [-1, 2]})
    with pytest.raises(Refused) as refused:
        quantification.by_users(users, pl.DataFrame({"product": ["P"], "pieces_per_user_year": [13.0]}), 12)
    assert [one.text() for one in refused.value.reasons] == [
        "Product Q has no standard quantity for a user-year.",
        "A, P: -1 users are fewer than none.",
    ]


def test_errors_after_the_fact_by_planner() -> None:
    past = pl.DataFrame(
        {
            "facility": ["A", "A", "B"], "product": ["P"] * 3, "month": [month(0), month(1), month(0)],
            "median": [8.0, 8.0, 1.0], "mean": [11.0, 11.0, 1.0], "p90": [9.0, 20.0, 3.0],
            "planned": [10.0, 12.0, 0.0], "planner": ["Li", "Li", "Wang"],
        }
    )  # fmt: skip
    history = table(rows_of([10.0, 10.0]), rows_of([0.0], "B"))
    found = {row["planner"]: row for row in errors(past, history, ["planner"]).to_dicts()}
    assert found["Li"] == {
        "planner": "Li", "months": 2, "issued": 20.0, "wape": pytest.approx(0.2), "bias": pytest.approx(0.1),
        "within_p90": 0.5, "planned_wape": pytest.approx(0.1), "planned_bias": pytest.approx(0.1),
    }  # fmt: skip
    assert found["Wang"]["wape"] is None


def test_levels_add_up_and_are_the_least_squares() -> None:
    """Three facilities, two areas, one whole; against the closed formula with the summing matrix."""
    chance = np.random.default_rng(11)
    bottom, spread = chance.gamma(2, 10, (3, 2)), np.array([1.0, 4.0, 2.0])
    areas = Level(np.array([0, 0, 1]), chance.gamma(2, 20, (2, 2)), np.array([3.0, 5.0]))
    whole = Level(np.array([0, 0]), chance.gamma(2, 40, (1, 2)), np.array([2.0]))
    found = reconcile(bottom, spread, [areas, whole])
    sums = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0, 1], [1, 1, 1.0]])
    trust = np.diag(1 / np.array([*spread, 3.0, 5.0, 2.0]))
    said = np.vstack([bottom, areas.said, whole.said])
    wanted = sums @ np.linalg.solve(sums.T @ trust @ sums, sums.T @ trust @ said)
    np.testing.assert_allclose(np.vstack(found), wanted)


def test_a_certain_figure_stands_and_unsaid_ones_are_sums() -> None:
    whole = Level(np.array([0, 0]), np.array([[100.0, np.nan]]), np.array([0.0]))
    low, high = reconcile(np.array([[10.0, 10.0], [30.0, 30.0]]), np.array([10.0, 30.0]), [whole])
    np.testing.assert_allclose(high, [[100.0, 40.0]])
    np.testing.assert_allclose(low, [[25.0, 10.0], [75.0, 30.0]])


def test_sums_by_area_and_of_all() -> None:
    forecasts = pl.DataFrame(
        {"facility": ["A", "B", "C"], "product": ["P"] * 3, "month": [month(0)] * 3, "mean": [1.0, 2.0, 4.0]}
    )
    areas = pl.DataFrame({"facility": ["A", "B", "C"], "area": ["n", "n", "s"]})
    assert summed(forecasts, areas)["mean"].to_list() == [3.0, 4.0, 7.0]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([5.0, 6.0], Demand.NEW),
        ([0.0] * 14, Demand.IDLE),
        ([5.0, 6.0] * 12, Demand.SMOOTH),
        ([1.0, 20.0] * 12, Demand.ERRATIC),
        ([5.0, 0.0] * 12, Demand.INTERMITTENT),
        ([1.0, 0.0, 40.0, 0.0] * 6, Demand.LUMPY),
    ],
)
def test_kinds_of_demand(values: list[float], kind: Demand) -> None:
    assert demand_of(panel_of(table(rows_of(values)))).tolist() == [kind]


def test_votes_go_to_the_method_that_errs_least() -> None:
    actual = np.full((400, 2), 10.0)
    points = {"model": actual + 4, "good": actual - 4, "bad": actual + 40, "quiet": actual * np.nan}
    trial = Trial(points, actual, np.full(400, "smooth"), np.ones(400))
    shares = learn_shares([trial], "model")
    assert shares["smooth"] == {"model": pytest.approx(0.8), "good": pytest.approx(0.2)}
    mixed = combine(points | {"good": actual * np.nan}, trial.demand, shares)
    np.testing.assert_allclose(mixed, actual + 4)


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=30), st.integers(1, 12))
def test_the_newest_recorded_months(values: list[float | None], count: int) -> None:
    row = np.array([[np.nan if value is None else value for value in values]])
    wanted = [value for value in values if value is not None][-count:]
    found = latest(row, count)
    assert found.shape == (1, count)
    assert found[0][~np.isnan(found[0])].tolist() == wanted
