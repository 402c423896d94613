"""`forecast`: a fact table in, for every series and month ahead a median, a mean and quantiles out."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting.series import Panel, panel_of
from zhixuan.analytics.forecasting.simple import Spread, empirical
from zhixuan.analytics.tables import FORECASTS, QUANTILES

LONGEST = 24


class Report(Protocol):
    """Told how far the work is."""

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """Tells nobody."""


class Profile(StrEnum):
    """`FULL`: all methods, combined by backtests. `FAST`: the global model with shares learned before; seconds."""

    FULL = "full"
    FAST = "fast"


def forecast(
    history: pl.DataFrame, horizon: int, *, profile: Profile = Profile.FULL, report: Report = silent
) -> pl.DataFrame:
    """What every series of the history will issue in each of the `horizon` months after its newest month.

    Args:
        history: a fact table (`tables.FACTS`; `tables.facts` makes one of fewer columns).
        horizon: months ahead, 1 to 24.

    Returns:
        A table like `tables.FORECASTS`, one row per series and month, sorted by facility, product, month; pieces per
        month, never NaN, never negative, p10 <= p50 <= ... <= p95; `median` is p50.

    Raises:
        ValueError: no history, or a horizon outside 1-24.
    """
    if history.is_empty():
        raise ValueError("there is no history to forecast from")
    if not 1 <= horizon <= LONGEST:
        raise ValueError(f"a horizon of {horizon} months is outside 1-{LONGEST}")
    panel = panel_of(history)
    return frame_of(panel, empirical(panel, horizon), np.full(panel.series, "median12"))


def frame_of(panel: Panel, spread: Spread, methods: np.ndarray[tuple[int], np.dtype[np.str_]]) -> pl.DataFrame:
    """The forecast as a table; quantiles are put in order, and nothing falls below zero."""
    horizon = spread.median.shape[1]
    levels = np.sort(np.maximum(spread.quantiles, 0), axis=2)
    months = [panel.month(panel.months - 1 + step).first_day for step in range(1, horizon + 1)]
    columns: dict[str, object] = {
        "facility": np.repeat(panel.keys["facility"].to_numpy(), horizon),
        "product": np.repeat(panel.keys["product"].to_numpy(), horizon),
        "month": months * panel.series,
        "median": levels[:, :, QUANTILES.index(0.5)].ravel(),
        "mean": np.maximum(spread.mean, 0).ravel(),
        "method": np.repeat(methods, horizon),
    }
    columns |= {f"p{level * 100:.0f}": levels[:, :, place].ravel() for place, level in enumerate(QUANTILES)}
    return pl.DataFrame(columns).select([pl.col(name).cast(kind) for name, kind in FORECASTS.items()])
