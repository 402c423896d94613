"""Means that add up: from facility to area to the whole, also where somebody has a figure of their own higher up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from zhixuan.analytics.forecasting.series import Matrix, Vector

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """One level of the tree: which of its nodes each node below belongs to, and what is said of them from elsewhere.

    `said` is nodes x months, NaN where nobody says anything; `variance` how far off it may be, per node; 0 is certain.
    """

    parent: Codes
    said: Matrix
    variance: Vector


def summed(forecasts: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Means by area, product and month, and of everything (area empty): sums of the facilities, so that they add up.

    Args:
        areas: columns facility and area, one row per facility.
    """
    placed = forecasts.join(areas, on="facility", how="left")
    near = placed.group_by("area", "product", "month").agg(pl.col("mean").sum())
    whole = placed.group_by("product", "month").agg(pl.col("mean").sum()).with_columns(area=pl.lit(None, pl.String))
    return pl.concat([near, whole], how="diagonal_relaxed").sort("area", "product", "month", nulls_last=True)


def reconcile(bottom: Matrix, variance: Vector, levels: Sequence[Level]) -> list[Matrix]:
    """All levels, lowest first, so that each node is the sum of those below it.

    The answer is the least-squares one with independent errors (weights one over variance): going up, what is said of
    a node and the sum of its children are averaged by their certainty; going down, what is left over is shared among
    the children by their uncertainty.
    """
    means, variances = [bottom], [np.repeat(variance[:, None], bottom.shape[1], axis=1)]
    for level in levels:
        sums, spread = (_summed(values, level.parent, len(level.said)) for values in (means[-1], variances[-1]))
        trust = _trust(spread, level)
        means.append(sums + trust * (np.where(np.isnan(level.said), sums, level.said) - sums))
        variances.append(spread * (1 - trust))
    for place in range(len(levels) - 1, -1, -1):
        parent = levels[place].parent
        left = means[place + 1] - _summed(means[place], parent, len(means[place + 1]))
        total = _summed(variances[place], parent, len(means[place + 1]))[parent]
        part = np.where(
            total > 0, variances[place] / np.where(total > 0, total, 1), 1 / np.bincount(parent)[parent][:, None]
        )
        means[place] = means[place] + part * left[parent]
    return means


def _trust(spread: Matrix, level: Level) -> Matrix:
    """How much what is said counts against the sum of the children; all where it is certain."""
    whole = spread + level.variance[:, None]
    share = np.where(whole > 0, spread / np.where(whole > 0, whole, 1), 0.0)
    return np.where(np.isnan(level.said), 0.0, np.where(level.variance[:, None] == 0, 1.0, share))


def _summed(values: Matrix, parent: Codes, nodes: int) -> Matrix:
    found = np.zeros((nodes, values.shape[1]))
    np.add.at(found, parent, values)
    return found
