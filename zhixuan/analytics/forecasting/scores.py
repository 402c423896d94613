"""How far off a forecast was. Matrices are series x horizon in pieces; NaN where nothing was recorded."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.calibration import pinball
from zhixuan.analytics.forecasting.series import Matrix, Vector

UPPER: Final = (0.8, 0.9, 0.95)


def competition_scores(said: Matrix, actual: Matrix, newest: Vector) -> Vector:
    """Mean error of each series over the mean change from month to month, the newest known month included.

    1 is a naive forecast that is told last month's truth. NaN where nothing changed or nothing was recorded
    (USAID, Intelligent Forecasting, 2020).
    """
    error = _row_means(np.abs(said - actual))
    swing = _row_means(np.abs(np.diff(np.column_stack([newest, actual]), axis=1)))
    return np.where(swing > 0, error / np.where(swing > 0, swing, 1), np.nan)


def scaled_errors(said: Matrix, actual: Matrix, past: Matrix) -> Vector:
    """MASE: mean error of each series over its mean change from one recorded month to the next in the past, period 1.

    NaN where the past never changed (Hyndman and Koehler, 2006).
    """
    usual = _row_means(np.abs(np.diff(past, axis=1)))
    return np.where(usual > 0, _row_means(np.abs(said - actual)) / np.where(usual > 0, usual, 1), np.nan)


def relative_pinball(said: Matrix, rival: Matrix, actual: Matrix, level: float) -> float:
    """Loss of a quantile over the loss of a rival, summed over all months; NaN where the rival never errs."""
    loss, other = (float(np.nansum(pinball(actual, one, level))) for one in (said, rival))
    return loss / other if other > 0 else float("nan")


def coverage(said: Matrix, actual: Matrix) -> float:
    """Share of recorded months at or below the quantile."""
    known = ~np.isnan(actual)
    return float((actual[known] <= said[known]).mean()) if known.any() else float("nan")


def bias(said: Matrix, actual: Matrix) -> float:
    """Total said over total come, less one."""
    known = ~np.isnan(actual)
    came = float(actual[known].sum())
    return float(said[known].sum()) / came - 1 if came > 0 else float("nan")


def summary(values: Vector) -> Mapping[str, float]:
    """Mean and median over the series that have a value, and how many have."""
    known = values[~np.isnan(values)]
    if not len(known):
        return {"mean": float("nan"), "median": float("nan"), "series": 0}
    return {"mean": float(known.mean()), "median": float(np.median(known)), "series": len(known)}


def _row_means(values: Matrix) -> Vector:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=1))
