"""The usual month of a series, told from few and unsteady months."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector, latest

CAP: Final = 2.5
FLOOR: Final = 0.4


def steady_mean(demand: Matrix, months: int) -> Vector:
    """Mean of the newest `months` known, none counted as more than 2.5 times their median.

    One month of plenty is followed by no other more often than not; it would fill a shelf for half a year. Where most
    months are 0 the cap stands on four tenths of the mean instead. 0 where nothing is known.
    """
    recent = latest(demand, months)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        middle = np.nanmedian(recent, axis=1, keepdims=True)
        mean = np.nanmean(recent, axis=1, keepdims=True)
        found = np.nanmean(np.minimum(recent, CAP * np.maximum(middle, FLOOR * mean)), axis=1)
    return np.asarray(np.nan_to_num(found))


def plain_mean(demand: Matrix, months: int) -> Vector:
    """Mean of the newest `months` known, 0 where nothing is known: the AMC of LMISs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nan_to_num(np.nanmean(latest(demand, months), axis=1)))


def scale_of(demand: Matrix) -> Vector:
    """Pieces that count as one: half the half-year's steady mean, half the year's, at least half a piece."""
    both = steady_mean(demand, 6) / 2 + steady_mean(demand, 12) / 2
    return np.asarray(np.maximum(both, 0.5))
