"""How far off past forecasts were, once the months had come: by facility, by planner, by whatever column there is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

KEYS = ["facility", "product", "month"]


def errors(past: pl.DataFrame, history: pl.DataFrame, by: Sequence[str] = ("facility",)) -> pl.DataFrame:
    """Error of forecasts whose month was recorded since.

    Args:
        past: forecasts as they were given (`tables.FORECASTS`), one row per month, perhaps with `planner` and with
            `planned`, the figure a person put in place of the mean.
        history: the fact table of today.
        by: columns to sum up by, such as ("planner",) or ("facility", "product").

    Returns:
        For each group: months compared, pieces issued, wape (sum of the median's errors over the sum issued), bias of
        the mean, share of months at or below p90, and, where people planned, wape and bias of what they planned.
        Empty where nothing was issued: an error relative to nothing says nothing.
    """
    came = history.select(*KEYS, pl.col("issued")).drop_nulls("issued")
    both = past.join(came, on=KEYS, how="inner")
    issued = pl.col("issued").sum()

    def relative(figure: pl.Expr) -> pl.Expr:
        return pl.when(issued > 0).then(figure / issued)

    figures = {
        "months": pl.len(),
        "issued": issued,
        "wape": relative((pl.col("median") - pl.col("issued")).abs().sum()),
        "bias": relative((pl.col("mean") - pl.col("issued")).sum()),
        "within_p90": (pl.col("issued") <= pl.col("p90")).mean(),
    }
    if "planned" in past.columns:
        figures["planned_wape"] = relative((pl.col("planned") - pl.col("issued")).abs().sum())
        figures["planned_bias"] = relative((pl.col("planned") - pl.col("issued")).sum())
    return both.group_by(*by).agg(**figures).sort(*by)
