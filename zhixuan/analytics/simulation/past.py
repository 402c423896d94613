"""The part of a history that is played again: which series, which months, what was wanted, what stood there first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, panel_of, span_of
from zhixuan.analytics.ordering.readings import Flags, Reading, Shelves, read_demand
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused

REPORTS_BEFORE: Final = 12
ISSUING_SHARE: Final = 0.18
REPORTED_SHARE: Final = 5 / 6
MONTHS_AT_LEAST: Final = 4


@dataclass(frozen=True)
class Past:
    """`panel` has all series until the last month played; `chosen` marks those played, `first` is the first column.

    `demand` is of the chosen series and the months played, `start` their mean month before: what stands there first;
    `usual` their mean month over the whole history, by which series are made equal.
    """

    history: pl.DataFrame
    panel: Panel
    chosen: Flags
    first: int
    demand: Matrix
    start: Vector
    usual: Vector

    @property
    def keys(self) -> pl.DataFrame:
        return self.panel.keys.filter(pl.Series(self.chosen))

    @property
    def product(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """A number from 0 for each product that is played."""
        return np.unique(self.panel.codes["product"][self.chosen], return_inverse=True)[1]

    def month(self, number: int) -> Month:
        return self.panel.month(self.first + number)


def past_of(history: pl.DataFrame, since: Month, until: Month, reading: Reading, *, seed: int = 0) -> Past:
    """Series with at least 12 reports before, of which 18 % with issues, and reports in five of six months played.

    Nothing in the choice looks at how much was wanted in the months played.

    Raises:
        Refused: months that are not in the history, too few of them, or no series that qualifies.
    """
    oldest, newest = span_of(history)
    if not oldest < since <= until <= newest or until.ordinal - since.ordinal + 1 < MONTHS_AT_LEAST:
        raise Refused(
            N_("Name at least four months between {oldest} and {newest}, with records before them."),
            oldest=str(oldest),
            newest=str(newest),
        )
    kept = history.filter(pl.col("month") <= until.first_day)
    panel = panel_of(kept, (oldest, until))
    first = since.ordinal - oldest.ordinal
    cards = ~np.isnan(panel.issued)
    before, after = cards[:, :first].sum(axis=1), cards[:, first:].mean(axis=1)
    issuing = (np.nan_to_num(panel.issued[:, :first]) > 0).sum(axis=1)
    chosen = (before >= REPORTS_BEFORE) & (issuing >= ISSUING_SHARE * before) & (after >= REPORTED_SHARE)
    if not chosen.any():
        raise Refused(N_("No series has enough reports before and after {month}."), month=str(since))
    demand = read_demand(Shelves(panel), reading, seed=seed)[chosen]
    start = np.asarray(np.nanmean(panel.issued[chosen, :first], axis=1)).round()
    return Past(kept, panel, chosen, first, demand[:, first:], start, demand.mean(axis=1))
