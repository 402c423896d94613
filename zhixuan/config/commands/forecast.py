"""`zhixuan forecast`: planning figures from a file of monthly records; no database is asked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from zhixuan.config.commands.terminal import AsJson, Exit, progress_bar, say, say_json, stop
from zhixuan.rules.refusal import Refused

if TYPE_CHECKING:
    import polars as pl

    from zhixuan.analytics.reading import Mapping

FRACTION_DIGITS = 6


class Engine(StrEnum):
    LOCAL = "local"
    SPARK = "spark"


class Effort(StrEnum):
    """The names of `analytics.forecasting.Profile`, known before the heavy packages are loaded."""

    FULL = "full"
    FAST = "fast"


History = Annotated[
    Path, typer.Option("--history", help="CSV of monthly records 月度记录", exists=True, dir_okay=False)
]
Out = Annotated[Path, typer.Option("--out", help="CSV to write 输出文件", dir_okay=False)]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="TOML that says which column is what 列对应表", exists=True)
]
Horizon = Annotated[int, typer.Option("--horizon", help="Months ahead 预测月数", min=1, max=24)]
Engines = Annotated[Engine, typer.Option("--engine", help="This machine, or a Spark cluster 本机或 Spark 集群")]
Master = Annotated[str, typer.Option("--spark-master", help="Address of the cluster 集群地址", envvar="SPARK_MASTER")]
Profiles = Annotated[Effort, typer.Option("--profile", help="All methods, or the quick one 完整或快速")]


def forecast(  # noqa: PLR0913 (the options of a command)
    *,
    history: History,
    out: Out,
    horizon: Horizon = 3,
    mapping: MappingFile = None,
    engine: Engines = Engine.LOCAL,
    spark_master: Master = "local[2]",
    profile: Profiles = Effort.FULL,
    as_json: AsJson = False,
) -> None:
    """Median, mean and quantiles of every series for the months after the newest one in the file."""
    with refusing():
        chosen, table = read(history, mapping, out)
        from zhixuan.analytics import engines
        from zhixuan.analytics.forecasting import Profile

        with progress_bar(_("Forecasting"), quiet=as_json) as report:
            found = engines.open_engine(engine.value, master=spark_master).forecast(
                table, horizon, profile=Profile(profile.value), report=report
            )
        _write(found, out, chosen)
    figures = {"file": str(out), "series": found.select("facility", "product").n_unique(), "rows": found.height}
    if as_json:
        methods = found.unique(["facility", "product"])["method"].value_counts().sort("method")
        say_json({**figures, "methods": dict(methods.iter_rows())})
    else:
        say(_("%(rows)s rows of %(series)s series written to %(file)s.") % figures, style="green")


@contextmanager
def refusing() -> Iterator[None]:
    """End with every mistake on a line of its own, or with the name of a package that is not there."""
    try:
        yield
    except Refused as refused:
        stop("\n".join(one.text(_) for one in refused.reasons), Exit.REFUSED)
    except OSError as fault:
        stop(
            _("%(file)s cannot be written: %(fault)s") % {"file": fault.filename or "", "fault": fault.strerror},
            Exit.SYSTEM,
        )
    except ModuleNotFoundError as fault:
        wanted = "spark" if fault.name == "pyspark" else "forecast"
        stop(
            _("%(package)s is not installed: pip install 'zhixuan[%(extra)s]'")
            % {"package": fault.name, "extra": wanted},
            Exit.SYSTEM,
        )


def read(history: Path, mapping: Path | None, out: Path | None = None) -> tuple[Mapping, pl.DataFrame]:
    """The mapping that was given, and the fact table of the file; first a look whether `out` can be written at all."""
    if out is not None and not out.parent.is_dir():
        stop(_("There is no folder %(folder)s: make it first.") % {"folder": out.parent}, Exit.REFUSED)
    from zhixuan.analytics.reading import Mapping, mapping_of, read_history

    try:
        chosen = mapping_of(tomllib.loads(mapping.read_text(encoding="utf-8"))) if mapping else Mapping()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        stop(_("%(file)s is not TOML: %(fault)s") % {"file": mapping, "fault": fault}, Exit.REFUSED)
    return chosen, read_history(history, chosen)


def _write(found: pl.DataFrame, out: Path, mapping: Mapping) -> None:
    """Under the titles of the file that was read; complete or not at all."""
    import polars as pl

    titles = mapping.columns
    table = found.select(
        pl.col("month").dt.year().alias(titles["year"]),
        pl.col("month").dt.month().alias(titles["month"]),
        pl.col("facility").alias(titles["facility"]),
        pl.col("product").alias(titles["product"]),
        pl.col("median").alias("predicted_value"),
        *("mean", "p10", "p50", "p80", "p90", "p95", "method"),
    )
    partial = out.with_name(out.name + ".partial")
    table.write_csv(partial, float_precision=FRACTION_DIGITS)
    partial.replace(out)
