"""Forecasts of what somebody brought in a file: their own only."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, QuerySet

from zhixuan.modules.planning.models import FileForecast, FileForecastLine
from zhixuan.modules.planning.queries import history_files
from zhixuan.rules.periods import Month
from zhixuan.shared.access import Actor, the_one

__all__ = ["FileForecast", "FileForecastLine"]


def runs_for(actor: Actor) -> QuerySet[FileForecast]:
    """The actor's own, latest first; without the records themselves."""
    own = FileForecast.objects.filter(asked_by=actor.user_id or 0).defer("history")
    return own.select_related("area").annotate(lines_in_all=Count("lines")).order_by("-id")


def run(actor: Actor, run_id: int) -> FileForecast:
    """One of the actor's own.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    return the_one(runs_for(actor).filter(pk=run_id))


def lines_of(run_id: int) -> QuerySet[FileForecastLine]:
    """Series of a forecast, by place and product."""
    rows = FileForecastLine.objects.filter(run_id=run_id).select_related("run").defer("run__history")
    return rows.order_by("facility", "product")


def line(actor: Actor, run_id: int, line_id: int) -> FileForecastLine:
    """One series of a forecast of the actor's own.

    Raises:
        Unknown: as `run`.
    """
    return the_one(lines_of(run(actor, run_id).pk).filter(pk=line_id))


def history(one: FileForecastLine) -> list[tuple[Month, float | None, float | None, str]]:
    """What a series stands on by month: issued, days out of stock, what the need stands on; without a report, missing.

    Raises:
        Refused: the package that reads it is not installed.
    """
    import polars as pl

    from zhixuan.analytics.history import history as fact_table

    kept = FileForecast.objects.values_list("history", flat=True).get(pk=one.run_id)
    table = history_files.unpacked(kept)
    newest = table["month"].max()
    mine = table.filter((pl.col("facility") == one.facility) & (pl.col("product") == one.product))
    until = pl.DataFrame({"facility": [one.facility], "product": [one.product], "month": [newest]}).cast(
        {"month": pl.Date()}
    )
    if mine["month"].max() != newest:
        mine = pl.concat([mine, until.with_columns(reported=pl.lit(value=False))], how="diagonal_relaxed")
    whole = fact_table(mine).select("month", "issued", "stockout_days", "basis")
    return [
        (Month.of(month), issued, days, "missing" if issued is None else basis)
        for month, issued, days, basis in whole.iter_rows()
    ]


def rows_of(one: FileForecast) -> Iterator[list[str | int | float]]:
    """The answer as `zhixuan forecast` writes it, a row a series and month: year, month, facility, product, median
    and the other figures, method.
    """
    first = Month.of(one.data_until).next
    for line in lines_of(one.pk).iterator(chunk_size=2000):
        figures = line.figures
        for step in range(one.horizon):
            month = first.plus(step)
            median = figures["median"][step]
            others = [figures[name][step] for name in ("mean", "p10", "median", "p80", "p90", "p95")]
            yield [month.year, month.month, line.facility, line.product, median, *others, line.method]


def columns_of(one: FileForecast) -> list[str]:
    """Titles of `rows_of`: those of the file that was brought, then those of the command."""
    own = [one.titles[key] for key in history_files.KEYS]
    return [*own, "predicted_value", "mean", "p10", "p50", "p80", "p90", "p95", "method"]
