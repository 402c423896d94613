"""The fact table that all measures and forecasts stand on: one row per facility, product and month.

Missing is not zero: a month without a row, or with `issued` empty, was not reported. A card on which everything is
zero, with nothing ordered and no day out of stock noted, is kept as it was recorded, with `reported` false: most
such cards mean "no report", not "no demand".
Quantities are pieces, as floats: forecasts are no bookkeeping.
"""

from __future__ import annotations

from typing import Final

import polars as pl

KEYS: Final = ("facility", "product", "month")

FACTS: Final[dict[str, pl.DataType]] = {
    "facility": pl.String(),
    "product": pl.String(),
    "month": pl.Date(),  # its first day
    "area": pl.String(),  # what the facility belongs to; empty where nobody says
    "opening": pl.Float64(),
    "received": pl.Float64(),
    "issued": pl.Float64(),
    "adjusted": pl.Float64(),
    "closing": pl.Float64(),
    "ordered": pl.Float64(),
    "stockout_days": pl.Float64(),  # empty: not recorded
    "reported": pl.Boolean(),
}

QUANTITIES: Final = ("opening", "received", "issued", "adjusted", "closing")
WRITTEN: Final = (*QUANTITIES, "ordered", "stockout_days")

QUANTILES: Final = (0.1, 0.5, 0.8, 0.9, 0.95)

FORECASTS: Final[dict[str, pl.DataType]] = {
    "facility": pl.String(),
    "product": pl.String(),
    "month": pl.Date(),
    "median": pl.Float64(),  # the point that is nearest most often
    "mean": pl.Float64(),  # what to supply on average; adds up from facility to county
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p80": pl.Float64(),
    "p90": pl.Float64(),
    "p95": pl.Float64(),
    "method": pl.String(),
}


def facts(rows: pl.DataFrame) -> pl.DataFrame:
    """The fact table of rows that have at least facility, product, month and issued; what is missing stays empty.

    `reported` is worked out where it is not given: something was written on the card, and not only zeros.
    """
    missing = {name: kind for name, kind in FACTS.items() if name not in rows.columns and name != "reported"}
    table = rows.with_columns([pl.lit(None, kind).alias(name) for name, kind in missing.items()])
    if "reported" not in rows.columns:
        table = table.with_columns(_was_reported([name for name in WRITTEN if name in rows.columns]))
    return table.select([pl.col(name).cast(kind) for name, kind in FACTS.items()]).sort(KEYS)


def _was_reported(known: list[str]) -> pl.Expr:
    """A card of nothing but zeros is no report; with issues alone nobody can tell, so that every row is one."""
    written = pl.col("issued").is_not_null()
    if len(known) > 1:
        written = written & pl.any_horizontal([pl.col(name).fill_null(0) != 0 for name in known])
    return written.alias("reported")
