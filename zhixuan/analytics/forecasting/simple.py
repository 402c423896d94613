"""Forecasts without a model: medians, means and quantiles of what was recorded last. Hard to beat."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, latest
from zhixuan.analytics.tables import QUANTILES

YEAR: Final = 12
LONG: Final = 60
ENOUGH: Final = 4  # months from which a series speaks for itself
NEIGHBOURS: Final = 3
MIDDLE: Final = QUANTILES.index(0.5)


@dataclass(frozen=True)
class Likes:
    """Typical figures (columns of `_of_each`) of a product's series: in an area, everywhere, of all products."""

    near: dict[tuple[str, str], Vector]
    everywhere: dict[str, Vector]
    overall: Vector

    def of(self, product: str, area: str) -> Vector:
        return self.near.get((product, area), self.everywhere.get(product, self.overall))


@dataclass(frozen=True)
class Empirical:
    """Of each series' newest year: quantiles (series x level), mean, and how many months were recorded at all.

    `longer`: quantiles of the newest five years.
    """

    levels: Matrix
    longer: Matrix
    mean: Vector
    months: npt.NDArray[np.int64]

    @property
    def past(self) -> Matrix:
        """Quantiles half of the newest year, which follows, half of the newest five, which know more."""
        return (self.levels + self.longer) / 2


def likes_of(panel: Panel) -> Likes:
    """From all series that have months enough to speak for themselves; an area needs three of them."""
    own = _of_each(panel)
    speaking = _recorded(panel) >= ENOUGH
    product, area = panel.keys["product"].to_numpy(), panel.keys["area"].fill_null("").to_numpy()
    near: dict[tuple[str, str], Vector] = {}
    everywhere: dict[str, Vector] = {}
    for name in np.unique(product):
        alike = speaking & (product == name)
        if alike.any():
            everywhere[str(name)] = np.median(own[alike], axis=0)
        for place in np.unique(area[alike]):
            both = alike & (area == place)
            if both.sum() >= NEIGHBOURS:
                near[str(name), str(place)] = np.median(own[both], axis=0)
    overall = np.median(own[speaking], axis=0) if speaking.any() else _anything(own)
    return Likes(near, everywhere, overall)


def empirical(panel: Panel, likes: Likes) -> Empirical:
    """The newest recorded year of each series; one with fewer than four months leans on its likes."""
    months = _recorded(panel)
    pairs = zip(panel.keys["product"], panel.keys["area"].fill_null(""), strict=True)
    borrowed = np.array([likes.of(product, area) for product, area in pairs]).reshape(panel.series, -1)
    trust = (np.minimum(months, ENOUGH) / ENOUGH)[:, None]
    mixed = trust * np.nan_to_num(_of_each(panel)) + (1 - trust) * borrowed
    levels, longer = np.split(mixed[:, :-1], 2, axis=1)
    return Empirical(levels, longer, mixed[:, -1], months)


def newest_median(panel: Panel, months: int) -> Vector:
    """Median of each series' newest recorded months; NaN where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(latest(panel.issued, months), axis=1))


def _recorded(panel: Panel) -> npt.NDArray[np.int64]:
    return np.asarray((~np.isnan(panel.issued)).sum(axis=1))


def _of_each(panel: Panel) -> Matrix:
    """Quantiles of the newest year, quantiles of the newest five, mean of the newest year."""
    return np.column_stack([_levels(panel, YEAR), _levels(panel, LONG), _means(panel)])


def _levels(panel: Panel, months: int) -> Matrix:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a series without any month is NaN, and borrows
        return np.asarray(np.nanquantile(latest(panel.issued, months), QUANTILES, axis=1).T)


def _means(panel: Panel) -> Vector:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(latest(panel.issued, YEAR), axis=1))


def _anything(own: Matrix) -> Vector:
    """Where nobody has months enough: the median of what there is, else nothing."""
    known = ~np.isnan(own).any(axis=1)
    return np.asarray(np.median(own[known], axis=0)) if known.any() else np.zeros(own.shape[1])
