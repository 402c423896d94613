"""Forecasts without a model: medians, means and quantiles of what was recorded last. Hard to beat."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, latest
from zhixuan.analytics.tables import QUANTILES

YEAR = 12
ENOUGH = 4  # months from which a series speaks for itself


@dataclass(frozen=True)
class Spread:
    """A forecast for each series and step ahead: matrices series x horizon; quantiles series x horizon x level."""

    median: Matrix
    mean: Matrix
    quantiles: npt.NDArray[np.float64]


def empirical(panel: Panel, horizon: int, *, months: int = YEAR) -> Spread:
    """Median, mean and quantiles of each series' newest recorded months; short series lean on their likes."""
    recent = latest(panel.issued, months)
    count = (~np.isnan(recent)).sum(axis=1)
    own = _quantiles(recent)
    likes = borrowed(panel, own)
    trust = (np.minimum(count, ENOUGH) / ENOUGH)[:, None]
    levels = np.where(count[:, None] > 0, trust * np.nan_to_num(own) + (1 - trust) * likes, likes)
    return spread_over(levels[:, 1], _mean(recent, levels), levels, horizon)


def spread_over(median: Vector, mean: Vector, levels: Matrix, horizon: int) -> Spread:
    """The same for every step ahead."""
    return Spread(
        np.repeat(median[:, None], horizon, axis=1),
        np.repeat(mean[:, None], horizon, axis=1),
        np.repeat(levels[:, None, :], horizon, axis=1),
    )


def borrowed(panel: Panel, own: Matrix) -> Matrix:
    """For each series the median over the same product's series elsewhere, in its area where three or more have one."""
    product, area = panel.codes["product"], panel.codes["area"]
    found = np.zeros_like(own)
    known = ~np.isnan(own).any(axis=1)
    everywhere = np.median(own[known], axis=0) if known.any() else np.zeros(own.shape[1])
    for row in range(panel.series):
        alike = known & (product == product[row])
        near = alike & (area == area[row])
        chosen = near if near.sum() >= 3 else alike
        found[row] = np.median(own[chosen], axis=0) if chosen.any() else everywhere
    return found


def _quantiles(recent: Matrix) -> Matrix:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a series without any month is NaN, and borrows
        return np.nanquantile(recent, QUANTILES, axis=1).T


def _mean(recent: Matrix, levels: Matrix) -> Vector:
    known = ~np.isnan(recent)
    total = np.where(known, recent, 0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), levels[:, 1])
