"""The global model: gradient-boosted trees that learn from all series together, so that new ones borrow from old ones.

Direct: the step ahead is a feature, no forecast is fed back. Everything is learned in units of the series' own mean
month. For the median an example weighs as much as the competition score will weigh it: its error is divided by the
swing of its window, so that calm series count as much as large ones. An outer quantile is the average of two models:
shallow trees on the amounts, and deeper ones on their logarithms; large series are dampened more than for the mean,
because a tail is learned from few examples and should not be that of a few large places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import lightgbm
import numpy as np

from zhixuan.analytics.forecasting.examples import Examples
from zhixuan.analytics.forecasting.features import Design
from zhixuan.analytics.forecasting.series import Matrix, Vector

THREADS: Final = 1  # several boosters are grown side by side instead: threads that wait for each other cost more
AT_ONCE: Final = 2
MEDIAN, MEAN, QUANTILE = "regression_l1", "regression", "quantile"
FEWEST_EXAMPLES: Final = 200
LARGEST_ACTUAL: Final = 20.0  # in mean months: beyond it a record teaches nothing but its own mistake
LARGEST_WEIGHT: Final = 20.0
COMMON: Final[dict[str, Any]] = {
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "cat_smooth": 20,
    "lambda_l2": 1.0,
    "num_threads": THREADS,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one booster is grown. `objective` is L1 for the median, L2 for the mean, or a quantile by its level.

    `by_swing`: examples of a median weigh one over the swing of their window; else all the same.
    """

    objective: str
    level: float = 0.5
    leaves: int = 7
    rate: float = 0.05
    rounds: int = 300
    smallest_leaf: int = 40
    seed: int = 0
    logarithmic: bool = False
    by_swing: bool = True

    def quicker(self) -> Recipe:
        """Fewer, larger steps: nearly the same trees in half the time."""
        return replace(self, rate=self.rate * 2, rounds=self.rounds // 2)


@dataclass(frozen=True, slots=True)
class Grown:
    """A booster as text, and how it was grown."""

    text: str
    recipe: Recipe


MEDIANS: Final = (
    Recipe(MEDIAN, rate=0.07, rounds=220, seed=1),
    Recipe(MEDIAN, rate=0.07, rounds=220, seed=2),
)
SWING_MONTHS: Final = 3
MEANS: Final = Recipe(MEAN, leaves=15, rate=0.08, rounds=120, smallest_leaf=60, seed=4)


def quantile_recipes(level: float) -> tuple[Recipe, Recipe]:
    return (
        Recipe(QUANTILE, level, leaves=7, rate=0.06, rounds=200, smallest_leaf=100, seed=5),
        Recipe(QUANTILE, level, leaves=15, rate=0.05, rounds=160, smallest_leaf=60, seed=12, logarithmic=True),
    )


def suited(recipes: Sequence[Recipe], horizon: int) -> list[Recipe]:
    """The recipes for so many months ahead.

    The swing of a long window says little of how calm the months in it are: beyond a quarter, every other model of the
    median weighs all examples the same.
    """
    if horizon <= SWING_MONTHS:
        return list(recipes)
    return [replace(it, by_swing=False) if it.objective == MEDIAN and it.seed % 2 == 0 else it for it in recipes]


def grow(examples: Examples, recipe: Recipe) -> Grown | None:
    """A booster, or None when there is too little to learn from."""
    weights = _weights(examples, recipe)
    taught = weights > 0
    if taught.sum() < FEWEST_EXAMPLES:
        return None
    target = np.minimum(examples.actual / examples.scale, LARGEST_ACTUAL)
    hidden = _hidden(recipe, examples.tail)
    data = lightgbm.Dataset(
        examples.features[taught, hidden:],
        np.log1p(target[taught]) if recipe.logarithmic else target[taught],
        weight=weights[taught],
        categorical_feature=[column - hidden for column in examples.categories],
        params={"verbose": -1, "max_bin": 127},
    )
    settings = COMMON | {
        "objective": recipe.objective,
        "num_leaves": recipe.leaves,
        "learning_rate": recipe.rate,
        "min_data_in_leaf": recipe.smallest_leaf,
        "seed": recipe.seed,
        "max_bin": 127,
    }
    if recipe.objective == QUANTILE:
        settings["alpha"] = recipe.level
    return Grown(str(lightgbm.train(settings, data, recipe.rounds).model_to_string()), recipe)


def grow_all(
    examples: Examples, recipes: Sequence[Recipe], grown: Callable[[], None], *, at_once: int = AT_ONCE
) -> list[Grown]:
    """Every recipe there is enough to learn for, some at a time; `grown` is called after each."""

    def one(recipe: Recipe) -> Grown | None:
        booster = grow(examples, recipe)
        grown()
        return booster

    with ThreadPoolExecutor(at_once) as pool:
        return [booster for booster in pool.map(one, recipes) if booster is not None]


def _hidden(recipe: Recipe, tail: int) -> int:
    """How many of the first columns a model does not see."""
    return 0 if recipe.objective == QUANTILE else tail


def _weights(examples: Examples, recipe: Recipe) -> Vector:
    """Medians by the swing of the window; means by the root of the size of the series, quantiles by its fourth root."""
    if recipe.objective == MEDIAN and not recipe.by_swing:
        return np.ones(len(examples.scale))
    if recipe.objective == MEDIAN:
        swing = np.nan_to_num(examples.swing)
        with np.errstate(over="ignore"):  # a swing of next to nothing weighs the most there is
            return np.where(swing > 0, np.minimum(examples.scale / np.where(swing > 0, swing, 1), LARGEST_WEIGHT), 0.0)
    return np.asarray(examples.scale ** (1 / 4 if recipe.objective == QUANTILE else 1 / 2))


def predict(boosters: Sequence[Grown], design: Design, horizon: int) -> Matrix:
    """Series x horizon in pieces, the mean of the boosters, never below zero."""
    told = [(lightgbm.Booster(model_str=grown.text), grown.recipe) for grown in boosters]
    steps = []
    for step in range(1, horizon + 1):
        features = design.at(step)
        steps.append(np.mean([_said(booster, recipe, features, design.tail) for booster, recipe in told], axis=0))
    return np.asarray(np.maximum(np.column_stack(steps), 0) * design.scale[:, None])


def _said(booster: lightgbm.Booster, recipe: Recipe, features: Matrix, tail: int) -> Vector:
    said = np.asarray(booster.predict(features[:, _hidden(recipe, tail) :], num_threads=THREADS))
    return np.expm1(said) if recipe.logarithmic else said
