"""What the model of levels knows of a series at the end of a month; amounts in units of its own scale."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting.series import Matrix, Vector, latest
from zhixuan.analytics.ordering.pace import plain_mean, steady_mean
from zhixuan.analytics.ordering.readings import Shelves

HALF, YEAR = 6, 12


@dataclass(frozen=True)
class Known:
    """Everything that features are cut from: columns of month t never stand on later ones."""

    shelves: Shelves
    demand: Matrix

    def at(self, end: int, scale: Vector) -> Matrix:
        """Series x features with the first `end` months known; 32-bit, as the model bins them anyway."""
        cut = self.demand[:, :end]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            amounts = np.column_stack([*self._levels(cut), *self._shelf(end)]) / scale[:, None]
            columns = [amounts, *self._presence(cut, end), *self._around(cut), np.log1p(scale)]
        calendar = (self.shelves.panel.first.ordinal + end) % YEAR
        columns += [self.shelves.panel.codes["product"], np.full(len(scale), calendar)]
        return np.column_stack(columns).astype(np.float32)

    def _levels(self, cut: Matrix) -> list[npt.NDArray[np.float64]]:
        year = latest(cut, YEAR)
        half = year[:, -HALF:]
        return [
            half,
            steady_mean(cut, 3),
            *(plain_mean(cut, months) for months in (3, HALF, YEAR, 2 * YEAR)),
            np.nanmedian(half, axis=1),
            np.nanmedian(year, axis=1),
            np.nanstd(year, axis=1),
            np.nan_to_num(np.nanmax(year, axis=1)),
        ]

    def _shelf(self, end: int) -> list[Vector]:
        cards, silent = self.shelves.panel.cards, self.shelves.silent[:, :end]
        closing = latest(np.where(silent, np.nan, cards["closing"][:, :end]), 1)[:, 0]
        received = np.nan_to_num(latest(cards["received"][:, :end], 3).mean(axis=1))
        return [closing, received, np.nan_to_num(latest(cards["ordered"][:, :end], 1)[:, 0])]

    def _presence(self, cut: Matrix, end: int) -> list[Vector]:
        known, recent = ~np.isnan(cut), slice(max(0, end - HALF), end)
        return [
            np.nan_to_num(np.nanmean(latest(cut, YEAR) <= 0, axis=1)),
            known[:, recent].sum(axis=1),
            known.sum(axis=1),
            self.shelves.emptied[:, recent].sum(axis=1),
            self.shelves.bare[:, recent].sum(axis=1),
            ~known[:, -1],
        ]

    def _around(self, cut: Matrix) -> list[Vector]:
        """Whether the product is rising everywhere, and the facility with all its products."""
        quarter, year = plain_mean(cut, 3), plain_mean(cut, YEAR)
        found = []
        for name in ("product", "facility"):
            group = self.shelves.panel.codes[name]
            recent, longer = (np.bincount(group, weights=one) for one in (quarter, year))
            found.append((recent / np.maximum(longer, 1e-9))[group])
        return found
