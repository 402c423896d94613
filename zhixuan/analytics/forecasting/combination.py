"""How much each method counts, by kind of demand: learned from what the methods would have said before.

The shares are counted as in ensemble selection (Caruana and others, 2004): the model starts with some votes, and each
further vote goes to the method that lowers the error of the mix most, if it does so at every origin looked back upon;
else to the model. Few votes, so that luck moves little.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, latest

Shares = dict[str, float]

VOTES_BEFORE: Final = 16
VOTES: Final = 4
FEWEST: Final = 300
YEAR: Final = 12
CALMEST: Final = 0.25  # of a series' usual change: below it a window's swing is luck
INTERMITTENT: Final = 1.32  # months between issues, and the squared variation: Syntetos, Boylan and Croston (2005)
ERRATIC: Final = 0.49


class Demand(StrEnum):
    """Kinds of demand."""

    NEW = "new"
    IDLE = "idle"
    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"


def demand_of(panel: Panel) -> npt.NDArray[np.str_]:
    """The kind of each series by its newest two years."""
    recent = latest(panel.issued, 2 * YEAR)
    known = (~np.isnan(recent)).sum(axis=1)
    issuing = np.where(recent > 0, recent, np.nan)
    months = (~np.isnan(issuing)).sum(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        variation = np.nan_to_num((np.nanstd(issuing, axis=1) / np.nanmean(issuing, axis=1)) ** 2)
    interval = known / np.maximum(months, 1)
    idle = np.nan_to_num(latest(panel.issued, YEAR)).sum(axis=1) == 0
    conditions = [known < 4, idle, (interval >= INTERMITTENT) & (variation >= ERRATIC), interval >= INTERMITTENT]
    kinds = [Demand.NEW, Demand.IDLE, Demand.LUMPY, Demand.INTERMITTENT]
    return np.select(
        [*conditions, variation >= ERRATIC], [*(str(kind) for kind in kinds), str(Demand.ERRATIC)], str(Demand.SMOOTH)
    )


@dataclass(frozen=True)
class Trial:
    """What the methods said at one origin, and what came (series x horizon), with kinds and weights of the series."""

    points: Mapping[str, Matrix]
    actual: Matrix
    demand: npt.NDArray[np.str_]
    weight: Vector

    def error(self, said: Matrix) -> float:
        """Weighted sum of what was off, over the months that were recorded."""
        return float(np.nansum(np.abs(said - self.actual) * self.weight[:, None]))


def weight_of(panel: Panel, swing: Vector) -> Vector:
    """One over the swing of the window, but not over less than a quarter of what is usual; 0 where nothing moved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmean(np.abs(np.diff(latest(panel.issued, 2 * YEAR), axis=1)), axis=1)
    moved = np.nan_to_num(swing) > 0
    base = np.where(moved, np.fmax(np.nan_to_num(swing), CALMEST * np.nan_to_num(usual)), 1)
    return np.where(moved, 1 / base, 0.0)


def learn_shares(trials: Sequence[Trial], favourite: str) -> dict[str, Shares]:
    """Shares by kind of demand; a kind with few series has those of all kinds ("")."""
    whole = _shares(trials, [np.ones(len(trial.demand), dtype=bool) for trial in trials], favourite)
    found = {"": whole}
    for kind in Demand:
        chosen = [trial.demand == kind for trial in trials]
        if sum(int(one.sum()) for one in chosen) >= FEWEST:
            found[str(kind)] = _shares(trials, chosen, favourite)
    return found


def _shares(trials: Sequence[Trial], chosen: Sequence[npt.NDArray[np.bool_]], favourite: str) -> Shares:
    names = sorted(trials[0].points)
    votes = dict.fromkeys(names, 0)
    votes[favourite] = VOTES_BEFORE
    parts = [_part(trial, rows, favourite) for trial, rows in zip(trials, chosen, strict=True)]
    totals = [VOTES_BEFORE * part.points[favourite] for part in parts]
    for count in range(VOTES_BEFORE + 1, VOTES_BEFORE + VOTES + 1):
        errors = {
            name: np.array(
                [part.error((total + part.points[name]) / count) for part, total in zip(parts, totals, strict=True)]
            )
            for name in names
        }
        better = [name for name in names if (errors[name] < errors[favourite]).all()]
        best = min(better, key=lambda name: float(errors[name].sum()), default=favourite)
        votes[best] += 1
        totals = [total + part.points[best] for part, total in zip(parts, totals, strict=True)]
    return {name: count / (VOTES_BEFORE + VOTES) for name, count in votes.items() if count}


def _part(trial: Trial, rows: npt.NDArray[np.bool_], favourite: str) -> Trial:
    """Some series of a trial; where a method was silent, the favourite speaks for it."""
    model = trial.points[favourite][rows]
    points = {name: np.where(np.isnan(value[rows]), model, value[rows]) for name, value in trial.points.items()}
    return Trial(points, trial.actual[rows], trial.demand[rows], trial.weight[rows])


def combine(points: Mapping[str, Matrix], demand: npt.NDArray[np.str_], shares: Mapping[str, Shares]) -> Matrix:
    """The mix for each series by its kind; where a method has nothing to say, the others share its weight."""
    first = next(iter(points.values()))
    found = np.zeros_like(first)
    for kind in np.unique(demand):
        rows = demand == kind
        total, weight = np.zeros_like(first[rows]), np.zeros_like(first[rows])
        for name, part in shares.get(str(kind), shares[""]).items():
            value = points[name][rows]
            said = ~np.isnan(value)
            total += np.where(said, value, 0) * part
            weight += said * part
        found[rows] = np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)
    return found
