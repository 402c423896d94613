"""Opens what the forecasts are worked out on: this machine, or a Spark cluster. The only file that names an engine."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from zhixuan.analytics.forecasting.forecast import forecast
from zhixuan.analytics.forecasting.plan import Profile, Report, silent


class Engine(Protocol):
    """Works out forecasts of a fact table; every engine gives the same numbers."""

    def forecast(
        self, history: pl.DataFrame, horizon: int, *, profile: Profile = Profile.FULL, report: Report = silent
    ) -> pl.DataFrame: ...


class Local:
    """This process, by Polars and numpy."""

    def forecast(
        self, history: pl.DataFrame, horizon: int, *, profile: Profile = Profile.FULL, report: Report = silent
    ) -> pl.DataFrame:
        return forecast(history, horizon, profile=profile, report=report)


def open_engine(name: str) -> Engine:
    """`local` for now.

    Raises:
        ValueError: no such engine.
    """
    if name == "local":
        return Local()
    raise ValueError(f"there is no engine {name}")
