"""What each asked-for series will need over the time to be covered: its usual pace and learned quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, latest, panel_of, span_of
from zhixuan.analytics.ordering.features import Known
from zhixuan.analytics.ordering.model import learned, lessons_of
from zhixuan.analytics.ordering.pace import plain_mean, scale_of, steady_mean
from zhixuan.analytics.ordering.readings import Shelves, known_demand
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused

PACE_MONTHS = (6, 9)
OWN_MONTHS = 24


@dataclass(frozen=True)
class Outlook:
    """Pieces, a row per series asked for; `quantiles` are of the demand over `months` months together.

    Args:
        per_month: the steady mean, what levels are made from.
        average: the plain mean of the newest half-year, what "months of stock" are counted in.
    """

    months: int
    per_month: Vector
    average: Vector
    quantiles: Matrix


def panel_before(history: pl.DataFrame, month: Month) -> Panel:
    """The records before a month, up to the month before it even where nobody has reported that one yet.

    Raises:
        Refused: there are none.
    """
    earlier = history.filter(pl.col("month") < month.first_day)
    if earlier.is_empty():
        raise Refused(N_("There are no records before {month}."), month=str(month), field="month")
    return panel_of(earlier, (span_of(earlier)[0], month.plus(-1)))


def outlook_of(
    panel: Panel,
    asked: pl.DataFrame,
    months: int,
    levels: Sequence[float],
    *,
    dear: bool,
    anchor: float | None = None,
) -> Outlook:
    """Of the series in `asked` (facility, product), in its order.

    A series without any known month is taken for the median one of its product, and for one of no demand where there is
    none of that product either. `dear`: see `model.lessons_of`. `anchor`: the level that stays as it was learned where
    quantiles cross, so that asking for others beside it does not move it; None: the lowest.
    """
    shelves = Shelves(panel)
    demand = known_demand(shelves)
    known = Known(shelves, demand)
    lessons = lessons_of(known, months, dear=dear)
    if lessons is None:
        quantiles = _own_quantiles(demand, months, levels)
    else:
        scale = scale_of(demand)
        features = known.at(demand.shape[1], scale)
        quantiles = learned(lessons, features, levels) * scale[:, None] * months
    quantiles = _rising(quantiles, 0 if anchor is None else list(levels).index(anchor))
    told = np.asarray(~np.isnan(demand).all(axis=1))
    pace = np.mean([steady_mean(demand, length) for length in PACE_MONTHS], axis=0)
    found = np.column_stack([pace, plain_mean(demand, 6), quantiles])
    rows = _rows(panel, asked, found, told)
    return Outlook(months, rows[:, 0], rows[:, 1], rows[:, 2:])


def _rising(quantiles: Matrix, anchor: int) -> Matrix:
    """Quantiles that do not cross, the column `anchor` as it is."""
    above = np.maximum.accumulate(quantiles[:, anchor:], axis=1)
    below = np.minimum.accumulate(quantiles[:, anchor::-1], axis=1)[:, :0:-1]
    return np.hstack([below, above])


def _own_quantiles(demand: Matrix, months: int, levels: Sequence[float]) -> Matrix:
    """Where there is too little to learn from all: the series' own sums over so many known months, as they ran."""
    recent = latest(demand, OWN_MONTHS + months - 1)
    windows = np.lib.stride_tricks.sliding_window_view(recent, months, axis=1).sum(axis=2)
    nobody = np.isnan(windows).all(axis=1)
    windows = np.where(nobody[:, None], plain_mean(demand, OWN_MONTHS)[:, None] * months, windows)
    return np.asarray(np.nanquantile(windows, levels, axis=1)).T


def _rows(panel: Panel, asked: pl.DataFrame, found: Matrix, told: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Matrix:
    product = panel.keys["product"].to_numpy()
    usual = {code: np.median(found[told & (product == code)], axis=0) for code in np.unique(product[told])}
    nothing = np.zeros(found.shape[1])
    place = {key: row for row, key in enumerate(panel.keys.select("facility", "product").iter_rows()) if told[row]}
    keys = list(asked.select("facility", "product").iter_rows())
    return np.array([found[place[key]] if key in place else usual.get(key[1], nothing) for key in keys]).reshape(
        len(keys), found.shape[1]
    )
