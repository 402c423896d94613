"""Opens what the forecasts are worked out on: this machine, or a Spark cluster. The only file that names an engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from zhixuan.analytics.forecasting.forecast import checked, forecast, frame_of
from zhixuan.analytics.forecasting.plan import Plan, Profile, Report, apply, learn, silent
from zhixuan.analytics.forecasting.series import panel_of, span_of
from zhixuan.analytics.tables import FACTS
from zhixuan.rules.periods import Month

if TYPE_CHECKING:
    import pandas as pd

PARTS: Final = 32
SPARK_SCHEMA: Final = (
    "facility string, product string, month date, median double, mean double, "
    "p10 double, p50 double, p80 double, p90 double, p95 double, method string"
)


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


class Spark:
    """A cluster: what is learned is learned once and shipped, the series are worked out area by area on the workers.

    The workers need the same packages (`zhixuan[spark]`) at the same place as here.
    """

    def __init__(self, master: str) -> None:
        self.master = master

    def forecast(
        self, history: pl.DataFrame, horizon: int, *, profile: Profile = Profile.FULL, report: Report = silent
    ) -> pl.DataFrame:
        known = checked(history, horizon)
        plan = learn(panel_of(known), horizon, profile=profile, report=report)
        session = self._session()
        try:
            parts = session.createDataFrame(_parted(known).to_pandas())
            work = _worker(session.sparkContext.broadcast(plan), span_of(known))
            found = parts.groupBy("part").applyInPandas(work, SPARK_SCHEMA).toPandas()
        finally:
            session.stop()
        return pl.from_pandas(found).sort("facility", "product", "month")

    def _session(self) -> Any:
        from pyspark.sql import SparkSession

        for name in ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
            os.environ.setdefault(name, sys.executable)
        builder = SparkSession.builder.master(self.master).appName("zhixuan forecast")
        if self.master.startswith("local"):  # workers elsewhere must find their way back here by its own name
            builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        return (
            builder.config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", str(PARTS))
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )


def open_engine(name: str, *, master: str = "local[2]") -> Engine:
    """`local`, or `spark` with the address of its master.

    Raises:
        ValueError: no such engine.
    """
    if name == "local":
        return Local()
    if name == "spark":
        return Spark(master)
    raise ValueError(f"there is no engine {name}")


def _parted(history: pl.DataFrame) -> pl.DataFrame:
    """The fact table with the part each series goes to: its area, or where nobody says, its product."""
    areas = pl.col("area").drop_nulls().last().over("facility", "product")
    return history.with_columns(part=pl.coalesce(areas, "product"))


def _worker(plan: Any, span: tuple[Month, Month]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """What runs on a worker: a part of the fact table in, its forecasts out."""

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        learned: Plan = plan.value
        table = pl.from_pandas(rows).select([pl.col(name).cast(kind) for name, kind in FACTS.items()])
        panel = panel_of(table, span)
        return frame_of(panel, apply(panel, learned)).to_pandas()

    return work
