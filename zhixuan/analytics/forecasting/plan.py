"""What is learned once from all series, and how any part of them is forecast with it.

`learn` sees everything; `apply` is a pure function of a part of the panel and the plan, so that parts may be worked
out anywhere and give the same numbers as the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting import models, simple
from zhixuan.analytics.forecasting.calibration import Miss, Stretch, lift_of, stretch_of
from zhixuan.analytics.forecasting.combination import Shares, Trial, combine, demand_of, learn_shares, weight_of
from zhixuan.analytics.forecasting.context import Context, context_of
from zhixuan.analytics.forecasting.examples import Examples, examples_of, swing_of
from zhixuan.analytics.forecasting.features import Design, scale_of
from zhixuan.analytics.forecasting.series import Matrix, Panel
from zhixuan.analytics.forecasting.statistical import statistical
from zhixuan.analytics.tables import QUANTILES

GLOBAL: Final = "global"
MODEL_MEAN: Final = 2 / 3
SHORTEST_PAST: Final = 12
TRIAL_EVERY: Final = 3
SERIES_TRIED_MAX: Final = 3_000
NO_MODEL: Final[dict[str, Shares]] = {"": {"median12": 1.0}}
MODEL_ONLY: Final[dict[str, Shares]] = {"": {GLOBAL: 1.0}}
OUTER: Final = tuple(level for level in QUANTILES if level != 0.5)


class Profile(StrEnum):
    """`FULL`: all methods, shares learned by backtests. `FAST`: the global model and one look back; seconds."""

    FULL = "full"
    FAST = "fast"


class Report(Protocol):
    """Told how far the work is."""

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a profile puts in."""

    recipes: tuple[models.Recipe, ...]
    tried: tuple[models.Recipe, ...]  # at the origins that are looked back upon
    trials: int
    statistical: bool
    rows: int


FULL_RECIPES: Final = (
    *models.MEDIANS,
    models.MEANS,
    *(recipe for level in OUTER for recipe in models.quantile_recipes(level)),
)
QUICK_RECIPES: Final = tuple(recipe.quicker() for recipe in FULL_RECIPES[1:])
EFFORTS: Final = {
    Profile.FULL: Effort(FULL_RECIPES, QUICK_RECIPES, trials=3, statistical=True, rows=400_000),
    Profile.FAST: Effort(QUICK_RECIPES, QUICK_RECIPES, trials=1, statistical=False, rows=40_000),
}


@dataclass(frozen=True)
class Boosters:
    """Grown trees; empty where there was too little to learn from."""

    grown: tuple[models.Grown, ...] = ()

    def of(self, objective: str, level: float | None = None) -> list[models.Grown]:
        return [it for it in self.grown if it.recipe.objective == objective and level in (None, it.recipe.level)]


@dataclass(frozen=True)
class Plan:
    """All that was learned, ready to be shipped."""

    horizon: int
    context: Context
    likes: simple.Likes
    boosters: Boosters
    shares: dict[str, Shares]
    statistical: bool
    lift: float = 1.0
    stretches: dict[float, Stretch] = field(default_factory=dict)


@dataclass(frozen=True)
class Forecast:
    """Matrices of series x horizon; `levels` has a matrix for each of `tables.QUANTILES`, in order, never crossing."""

    mean: Matrix
    levels: tuple[Matrix, ...]
    methods: npt.NDArray[np.str_]
    points: dict[str, Matrix]


def learn(panel: Panel, horizon: int, *, profile: Profile = Profile.FULL, report: Report = silent) -> Plan:
    """Everything that a forecast of `horizon` months from the panel's newest month stands on."""
    effort, context, likes = EFFORTS[profile], context_of(panel), simple.likes_of(panel)
    examples = examples_of(panel, context, horizon, rows_max=effort.rows)
    pasts = _pasts(panel, horizon, effort)
    count = _Counted(report, len(effort.recipes) + len(pasts) * len(effort.tried))
    recipes, tried = models.suited(effort.recipes, horizon), models.suited(effort.tried, horizon)
    boosters = _grow(examples, recipes, count) if examples else Boosters()
    bare = Plan(horizon, context, likes, boosters, NO_MODEL, effort.statistical)
    if not boosters.of(models.MEDIAN) or examples is None:
        return bare
    trials, misses = [], []
    for months in pasts:
        trial, miss = _look_back(panel, months, bare, _grow(examples.until(months), tried, count))
        trials.append(trial)
        misses.append(miss)
    if not trials:
        return Plan(horizon, context, likes, boosters, MODEL_ONLY, effort.statistical)
    return Plan(
        horizon,
        context,
        likes,
        boosters,
        learn_shares(trials, GLOBAL) if effort.statistical else MODEL_ONLY,
        effort.statistical,
        lift_of(misses),
        {level: stretch_of(misses, level) for level in OUTER},
    )


def apply(panel: Panel, plan: Plan) -> Forecast:
    """The forecast of these series, by what was learned from all."""
    points = _points(panel, plan)
    own, demand = simple.empirical(panel, plan.likes), demand_of(panel)
    median = np.nan_to_num(combine(points, demand, plan.shares), nan=0.0)
    trust = (np.minimum(own.months, simple.ENOUGH) / simple.ENOUGH)[:, None]
    median = trust * median + (1 - trust) * own.levels[:, [simple.MIDDLE]]
    mean, model = _mean_and_model(panel, plan, own)
    levels = _in_order(
        median,
        {
            level: plan.stretches.get(level, Stretch()).of(model[level], _wide(own.past, level, plan.horizon))
            if level in model
            else _wide(own.levels, level, plan.horizon)
            for level in OUTER
        },
    )
    return Forecast(np.maximum(mean * plan.lift, 0), levels, _methods(own, demand, plan), points)


class _Counted:
    """Steps done so far."""

    def __init__(self, report: Report, total: int) -> None:
        self.report, self.total, self.done = report, total, 0
        report(0, total)

    def step(self) -> None:
        self.done += 1
        self.report(self.done, self.total)


def _pasts(panel: Panel, horizon: int, effort: Effort) -> list[int]:
    """How many months were known at each earlier origin that is looked back upon, newest first."""
    newest = panel.months - horizon
    return [months for k in range(effort.trials) if (months := newest - k * TRIAL_EVERY) >= SHORTEST_PAST]


def _grow(examples: Examples, recipes: Sequence[models.Recipe], count: _Counted) -> Boosters:
    """All boosters; an origin that is only looked back upon gets quicker ones."""
    return Boosters(tuple(models.grow_all(examples, recipes, count.step)))


def _points(panel: Panel, plan: Plan) -> dict[str, Matrix]:
    """Points by method, NaN where one has nothing to say."""
    points = {
        f"median{months}": np.repeat(simple.newest_median(panel, months)[:, None], plan.horizon, axis=1)
        for months in (6, 12)
    }
    if medians := plan.boosters.of(models.MEDIAN):
        points[GLOBAL] = models.predict(medians, _design(panel, plan), plan.horizon)
    if plan.statistical:
        points |= statistical(panel, plan.horizon)
    return points


def _design(panel: Panel, plan: Plan) -> Design:
    return Design(panel, plan.context, scale_of(panel))


def _mean_and_model(panel: Panel, plan: Plan, own: simple.Empirical) -> tuple[Matrix, dict[float, Matrix]]:
    mean = np.repeat(own.mean[:, None], plan.horizon, axis=1)
    design = _design(panel, plan)
    if means := plan.boosters.of(models.MEAN):
        mean = MODEL_MEAN * models.predict(means, design, plan.horizon) + (1 - MODEL_MEAN) * mean
    grown = {level: plan.boosters.of(models.QUANTILE, level) for level in OUTER}
    return mean, {level: models.predict(them, design, plan.horizon) for level, them in grown.items() if them}


def _wide(levels: Matrix, level: float, horizon: int) -> Matrix:
    return np.repeat(levels[:, [QUANTILES.index(level)]], horizon, axis=1)


def _in_order(median: Matrix, outer: dict[float, Matrix]) -> tuple[Matrix, ...]:
    """Quantiles that never cross: the median stands, the others give way."""
    found, below, above = {0.5: np.maximum(median, 0)}, median, median
    for level in sorted((level for level in outer if level < 0.5), reverse=True):
        below = found[level] = np.clip(outer[level], 0, np.maximum(below, 0))
    for level in sorted(level for level in outer if level > 0.5):
        above = found[level] = np.maximum(outer[level], np.maximum(above, 0))
    return tuple(found[level] for level in QUANTILES)


def _methods(own: simple.Empirical, demand: npt.NDArray[np.str_], plan: Plan) -> npt.NDArray[np.str_]:
    """Why a series is forecast as it is: `borrowed` from its likes, `medians` for want of a model, or its kind."""
    usual = np.char.add("combined-", demand) if plan.boosters.grown else np.full(len(demand), "medians")
    return np.where(own.months < simple.ENOUGH, "borrowed", usual)


def _look_back(panel: Panel, months: int, plan: Plan, boosters: Boosters) -> tuple[Trial, Miss]:
    """What would have been said when so many months were known, and what came."""
    there = panel.known_by(months)
    tried = panel.rows(there & (np.cumsum(there) % max(1, -(-int(there.sum()) // SERIES_TRIED_MAX)) == 0))
    past = tried.until(months)
    then = Plan(plan.horizon, plan.context, simple.likes_of(past), boosters, NO_MODEL, plan.statistical)
    actual = tried.issued[:, months : months + plan.horizon]
    own, scale = simple.empirical(past, then.likes), scale_of(past)
    mean, model = _mean_and_model(past, then, own)
    points = _points(past, then)
    if GLOBAL not in points:
        points[GLOBAL] = points["median12"]
    fallback = {level: _wide(own.past, level, plan.horizon) for level in OUTER}
    weight = weight_of(past, swing_of(tried, months - 1, plan.horizon))
    trial = Trial(
        {name: np.nan_to_num(value) if name == GLOBAL else value for name, value in points.items()},
        actual,
        demand_of(past),
        weight,
    )
    return trial, Miss(mean, fallback | model, fallback, actual, scale)
