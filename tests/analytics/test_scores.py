"""Scores against a second computation, written out by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from tests.analytics.histories import rows_of, table
from zhixuan.analytics.forecasting import models, scores
from zhixuan.analytics.forecasting.calibration import Miss, lift_of, pinball, stretch_of
from zhixuan.analytics.forecasting.series import panel_of
from zhixuan.analytics.forecasting.simple import empirical, likes_of


def by_hand(said: list[float], actual: list[float], newest: float) -> float:
    """The competition's score of one series, month by month."""
    errors = [abs(a - b) for a, b in zip(said, actual, strict=True) if not math.isnan(b)]
    path = [newest, *actual]
    moves = [abs(b - a) for a, b in pairwise(path) if not math.isnan(a + b)]
    if not errors or not moves or sum(moves) == 0:
        return math.nan
    return (sum(errors) / len(errors)) / (sum(moves) / len(moves))


@pytest.mark.parametrize("seed", range(5))
def test_the_competition_score(seed: int) -> None:
    chance = np.random.default_rng(seed)
    said, actual = chance.gamma(2, 5, (40, 3)), np.floor(chance.gamma(1, 5, (40, 3)))
    newest = np.floor(chance.gamma(1, 5, 40))
    actual[chance.random((40, 3)) < 0.2] = np.nan
    actual[0] = newest[0]
    wanted = [by_hand(list(a), list(b), c) for a, b, c in zip(said, actual, newest, strict=True)]
    np.testing.assert_allclose(scores.competition_scores(said, actual, newest), wanted)


def test_mase_leaves_out_what_never_moved() -> None:
    past = np.array([[1.0, np.nan, 3.0, 4.0, 4.0], [2.0, 2.0, 2.0, 2.0, 2.0]])
    found = scores.scaled_errors(np.array([[5.0, 6.0], [1.0, 1.0]]), np.array([[4.0, np.nan], [9.0, 9.0]]), past)
    assert found[0] == pytest.approx(1 / 0.5)
    assert math.isnan(found[1])


@pytest.mark.parametrize(
    ("level", "quantile", "loss"), [(0.9, 8.0, 1.8), (0.9, 15.0, 0.5), (0.5, 8.0, 1.0), (0.1, 8.0, 0.2)]
)
def test_pinball(level: float, quantile: float, loss: float) -> None:
    assert pinball(np.array([[10.0]]), np.array([[quantile]]), level)[0, 0] == pytest.approx(loss)


def test_bias_and_coverage_leave_out_what_was_not_recorded() -> None:
    said, actual = np.array([[2.0, 50.0], [4.0, 4.0]]), np.array([[1.0, np.nan], [4.0, 5.0]])
    assert scores.bias(said, actual) == pytest.approx(0.0)
    assert scores.coverage(said, actual) == pytest.approx(2 / 3)


def test_a_lift_follows_the_bias_but_not_all_of_it() -> None:
    actual = np.full((10, 3), 11.0)
    miss = Miss(np.full((10, 3), 10.0), {0.9: actual}, {0.9: actual}, actual, np.ones(10))
    assert 1.05 < lift_of([miss]) < 1.1
    assert stretch_of([miss], 0.9).factor == pytest.approx(1.0)
    low = Miss(actual, {0.9: actual / 1.4}, {0.9: actual / 1.4}, actual, np.ones(10))
    assert stretch_of([low], 0.9).factor == pytest.approx(1 + 0.75 * 0.4)
    np.testing.assert_allclose(stretch_of([low], 0.9).of(actual, 2 * actual), 1.3 * 1.15 * actual)


def test_the_past_of_a_series_is_half_its_year_and_half_its_five() -> None:
    panel = panel_of(table(rows_of([100.0] * 24 + [10.0] * 12)))
    own = empirical(panel, likes_of(panel))
    assert own.levels[0].tolist() == [10.0] * 5
    assert own.longer[0, 1:].tolist() == [100.0] * 4
    assert own.past[0, 1:].tolist() == [55.0] * 4


def test_a_long_window_does_not_weigh_by_its_swing_alone() -> None:
    both = models.suited(models.MEDIANS, 3)
    assert [recipe.by_swing for recipe in both] == [True, True]
    assert [recipe.by_swing for recipe in models.suited(models.MEDIANS, 4)] == [True, False]
    assert models.suited([models.MEANS, *models.quantile_recipes(0.9)], 12) == [
        models.MEANS,
        *models.quantile_recipes(0.9),
    ]
