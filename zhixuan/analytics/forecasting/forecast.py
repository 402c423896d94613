"""`forecast`: a fact table in, for every series and month ahead a median, a mean and quantiles out."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting.plan import Forecast, Profile, Report, apply, learn, silent
from zhixuan.analytics.forecasting.series import Panel, panel_of
from zhixuan.analytics.tables import FORECASTS, QUANTILES

LONGEST: Final = 24
AT_ONCE: Final = 2_000  # series, so that memory stays flat


def forecast(
    history: pl.DataFrame,
    horizon: int,
    *,
    wanted: pl.DataFrame | None = None,
    profile: Profile = Profile.FULL,
    report: Report = silent,
) -> pl.DataFrame:
    """What every series of the history will issue in each of the `horizon` months after its newest month.

    Args:
        history: a fact table (`tables.FACTS`; `tables.facts` makes one of fewer columns).
        horizon: months ahead, 1 to 24.
        wanted: only these series: columns facility, product and perhaps area. One without any history is forecast
            from its likes: the same product in its area, or everywhere.
        profile: how much work to put in.

    Returns:
        A table like `tables.FORECASTS`, one row per series and month, sorted by facility, product, month; pieces per
        month, never NaN, never negative, p10 <= p50 <= ... <= p95; `median` is p50.

    Raises:
        ValueError: no history, or a horizon outside 1-24.
    """
    known = checked(history, horizon, wanted)
    panel = panel_of(known)
    plan = learn(panel, horizon, profile=profile, report=report)
    chosen = panel if wanted is None else panel.rows(among(panel.keys, wanted))
    order = np.arange(chosen.series)
    parts = [chosen.rows(order // AT_ONCE == part) for part in range(-(-chosen.series // AT_ONCE))]
    return pl.concat([frame_of(part, apply(part, plan)) for part in parts]) if parts else pl.DataFrame(schema=FORECASTS)


def checked(history: pl.DataFrame, horizon: int, wanted: pl.DataFrame | None = None) -> pl.DataFrame:
    """The history, with what is wanted and new; see `forecast` for what is raised."""
    if history.is_empty():
        raise ValueError("there is no history to forecast from")
    if not 1 <= horizon <= LONGEST:
        raise ValueError(f"a horizon of {horizon} months is outside 1-{LONGEST}")
    return with_new(history, wanted)


def with_new(history: pl.DataFrame, wanted: pl.DataFrame | None) -> pl.DataFrame:
    """The history, with an unrecorded newest month for every wanted series that has none."""
    if wanted is None:
        return history
    asked = wanted.select("facility", "product", *(["area"] if "area" in wanted.columns else [])).unique(
        ["facility", "product"], maintain_order=True
    )
    new = asked.join(history, on=["facility", "product"], how="anti")
    newest = new.with_columns(month=pl.lit(history["month"].max(), pl.Date), reported=pl.lit(False))
    if "area" not in newest.columns:
        areas = history.group_by("facility").agg(pl.col("area").drop_nulls().last())
        newest = newest.join(areas, on="facility", how="left")
    return pl.concat([history, newest], how="diagonal_relaxed")


def among(keys: pl.DataFrame, wanted: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows of a panel's keys are wanted."""
    asked = set(wanted.select("facility", "product").iter_rows())
    return np.array([pair in asked for pair in keys.select("facility", "product").iter_rows()], dtype=bool)


def frame_of(panel: Panel, found: Forecast) -> pl.DataFrame:
    """The forecast as a table."""
    horizon = found.mean.shape[1]
    months = [panel.month(panel.months - 1 + step).first_day for step in range(1, horizon + 1)]
    columns: dict[str, object] = {
        "facility": np.repeat(panel.keys["facility"].to_numpy(), horizon),
        "product": np.repeat(panel.keys["product"].to_numpy(), horizon),
        "month": months * panel.series,
        "median": found.levels[QUANTILES.index(0.5)].ravel(),
        "mean": found.mean.ravel(),
        "method": np.repeat(found.methods, horizon),
    }
    columns |= {f"p{level * 100:.0f}": found.levels[place].ravel() for place, level in enumerate(QUANTILES)}
    return pl.DataFrame(columns).select([pl.col(name).cast(kind) for name, kind in FORECASTS.items()])
