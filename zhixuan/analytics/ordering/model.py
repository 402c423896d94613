"""Quantiles of what a series will need in an average month of the time to be covered, learned from all series.

The target is the mean over the whole time, not months one by one: what is missing in one month is there in another.
For levels an example weighs as much as one piece of the series weighs in months of stock: shelves of small places are
as dear to those who stand before them as shelves of large ones. For shares every example weighs the same, since a true
distribution of demand is wanted there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector
from zhixuan.analytics.ordering.features import Known
from zhixuan.analytics.ordering.pace import scale_of
from zhixuan.analytics.ordering.readings import imputed_demand

FIRST_ORIGIN: Final = 7
NEWEST_ORIGINS: Final = 36
SERIES_MAX: Final = 3000
FEWEST_EXAMPLES: Final = 300
FEWEST_MONTHS: Final = 3
HALF_LIFE: Final = 18.0  # months
LARGEST: Final = 8.0  # in scales
DRAWS: Final = 2  # fillings of the gaps that are learned from side by side
PRIOR_MONTHS: Final = 1.0
ROUNDS: Final = 150
GROWTH: Final[dict[str, Any]] = {
    "objective": "quantile",
    "learning_rate": 0.06,
    "num_leaves": 15,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 127,
    "num_threads": 1,  # with more they wait for each other
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
    "seed": 1,
}
SMALLEST_LEAF: Final = 60


@dataclass(frozen=True)
class Lessons:
    """Examples: features, target in scales, weight."""

    features: Matrix
    target: Vector
    weight: Vector


def lessons_of(known: Known, months: int, *, dear: bool) -> Lessons | None:
    """What the past teaches about the mean of `months` months; None when that is too little.

    `dear`: examples weighed by what a piece is in months of stock.
    """
    end = known.demand.shape[1]
    taught = np.arange(len(known.demand)) % -(-len(known.demand) // SERIES_MAX) == 0
    fillings = [imputed_demand(known.shelves, seed=draw) for draw in range(DRAWS)]
    parts = []
    for origin in range(max(FIRST_ORIGIN, end - NEWEST_ORIGINS), end - months + 1):
        scale = scale_of(known.demand[:, :origin])
        features = known.at(origin, scale)
        enough = taught & ((~np.isnan(known.demand[:, :origin])).sum(axis=1) >= FEWEST_MONTHS)
        age = 0.5 ** ((end - origin) / HALF_LIFE)
        for filled in fillings:
            ahead = filled[:, origin : origin + months]
            there = (~np.isnan(ahead)).sum(axis=1)
            rows = enough & (there > 0)
            mean = np.nansum(ahead, axis=1) / np.maximum(there, 1)
            weight = age * there / months
            if dear:
                weight = weight * _dearness(filled, scale)
            parts.append((features[rows], np.minimum(mean / scale, LARGEST)[rows], weight[rows]))
    if sum(len(part[1]) for part in parts) < FEWEST_EXAMPLES * DRAWS:
        return None
    features, target, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Lessons(features, target, weights)


def _dearness(demand: Matrix, scale: Vector) -> Vector:
    """Scale over the mean month of the whole history, drawn towards the scale: in months of need."""
    there = (~np.isnan(demand)).sum(axis=1)
    mean = (np.nansum(demand, axis=1) + scale * PRIOR_MONTHS) / (there + PRIOR_MONTHS)
    return np.asarray(np.clip(scale / np.maximum(mean, 0.2), 0.1, 10))


def learned(lessons: Lessons, features: Matrix, levels: Sequence[float]) -> Matrix:
    """A column per quantile for rows of features, in scales, 0 or more."""
    import lightgbm

    data = lightgbm.Dataset(
        lessons.features,
        lessons.target,
        weight=lessons.weight,
        params=GROWTH | {"min_data_in_leaf": SMALLEST_LEAF * DRAWS},
    )
    columns = []
    for level in levels:
        settings = GROWTH | {"alpha": level, "min_data_in_leaf": SMALLEST_LEAF * DRAWS}
        columns.append(lightgbm.train(settings, data, ROUNDS).predict(features, num_threads=1))
    return np.asarray(np.maximum(np.column_stack(columns), 0))
