"""What people needed, as far as the records tell: issues are demand only while there was something to issue.

The normalising formula is that of the OpenLMIS R&R template (C x 30 / (30 - X)), held to three times the record.
"""

from __future__ import annotations

from typing import Final

import polars as pl

DAYS: Final = 30
LARGEST_FACTOR: Final = 3.0
WINDOW: Final = 12
FEWEST: Final = 6
OUTLIER: Final = 5.0  # times the usual distance from the median
JUMP: Final = 4.0  # a lasting change of level by this factor and more: most often another unit
SERIES: Final = ["facility", "product"]


def needed(history: pl.DataFrame) -> pl.DataFrame:
    """The fact table with `need`, pieces a month, and `basis`, what the figure stands on.

    `recorded`: the shelf held. `normalised`: stock-out days are known. `censored`: the month ended empty with unknown
    days, or without a report or any stock; then the need is at least the record, and at least the median of the
    newest twelve months before it in which the shelf held (0 where there is none). `missing`: nothing was recorded
    and nothing is known; `need` is empty.
    """
    days = pl.col("stockout_days").clip(0, DAYS)
    factor = (DAYS / (DAYS - days)).clip(1, LARGEST_FACTOR)
    held = _held()
    usual = (
        pl.when(held)
        .then(pl.col("issued"))
        .rolling_median(WINDOW, min_samples=1)
        .forward_fill()
        .shift(1)
        .over(SERIES, order_by="month")
    )
    imputed = pl.max_horizontal(pl.col("issued").fill_null(0), usual.fill_null(0))
    known_days = pl.col("issued").is_not_null() & pl.col("reported") & (days > 0)
    basis = (
        pl.when(known_days & (days < DAYS))
        .then(pl.lit("normalised"))
        .when(held)
        .then(pl.lit("recorded"))
        .when(pl.col("issued").is_null() & usual.is_null())
        .then(pl.lit("missing"))
        .otherwise(pl.lit("censored"))
    )
    marked = history.with_columns(basis=basis, _imputed=imputed, _normalised=pl.col("issued") * factor)
    need = (
        pl.when(pl.col("basis") == "normalised")
        .then(pl.col("_normalised"))
        .when(pl.col("basis") == "recorded")
        .then(pl.col("issued"))
        .when(pl.col("basis") == "censored")
        .then(pl.col("_imputed"))
    )
    return marked.with_columns(need=need).drop("_imputed", "_normalised")


def marked(history: pl.DataFrame) -> pl.DataFrame:
    """The fact table with `outlier` and `unit_jump`: months a person should look at. Nothing is mended.

    An outlier lies more than five times the usual distance from the median of the series' twelve months before it.
    A unit jump is where the median of the six issuing months from here on is four times, or a quarter of, the six
    before.
    """
    issued = pl.col("issued")
    before = issued.shift(1).rolling_median(WINDOW, min_samples=FEWEST).over(SERIES, order_by="month")
    distance = (issued - before).abs()
    usual = distance.shift(1).rolling_median(WINDOW, min_samples=FEWEST).over(SERIES, order_by="month")
    issuing = history.filter(issued > 0).sort(*SERIES, "month")
    behind = issued.shift(1).rolling_median(FEWEST, min_samples=FEWEST).over(SERIES, order_by="month")
    ahead = issued.rolling_median(FEWEST, min_samples=FEWEST).shift(1 - FEWEST).over(SERIES, order_by="month")
    levels = issuing.with_columns(_ratio=ahead / behind).with_columns(
        unit_jump=(pl.col("_ratio") >= JUMP) | (pl.col("_ratio") <= 1 / JUMP)
    )
    jumps = levels.select(*SERIES, "month", pl.col("unit_jump").fill_null(value=False))
    table = history.with_columns(outlier=(distance > OUTLIER * pl.max_horizontal(usual, before, pl.lit(1.0))))
    return table.join(jumps, on=[*SERIES, "month"], how="left").with_columns(
        pl.col("outlier").fill_null(value=False), pl.col("unit_jump").fill_null(value=False)
    )


def _held() -> pl.Expr:
    """The shelf held all month: reported, something was there at the end, and no day out of stock was noted."""
    written = pl.col("reported") & pl.col("issued").is_not_null()
    left = pl.col("closing").is_null() | (pl.col("closing") > 0)
    return written & left & (pl.col("stockout_days").fill_null(0) <= 0)
