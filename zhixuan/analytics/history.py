"""The one fact table that plans stand on, whether its rows come from the ledger or from files, and its sums.

Rows of the ledger and rows of a file go the same way: `tables.facts` gives them one shape, `history` joins replaced
products, makes every month visible and marks what a person should look at. Nothing is mended: what was recorded stays
as it was, and what is worked out has a column of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from zhixuan.analytics.measures.consumption import marked, needed
from zhixuan.analytics.tables import FACTS, KEYS, QUANTITIES, facts
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.replacing import newest

HISTORY: Final[dict[str, pl.DataType]] = FACTS | {
    "need": pl.Float64(),  # pieces people would have taken; empty: nothing is known
    "basis": pl.String(),  # what `need` stands on: recorded, normalised, censored, missing
    "outlier": pl.Boolean(),  # far from what is usual for the series
    "unit_jump": pl.Boolean(),  # from here on at another level: most often another unit
}
"""Columns of `history`: one row per facility, product and month, none left out between the first month and the last.

A month that nobody reported has `reported` false and empty quantities: missing is not zero.
"""

WORTH: Final = "couple_years_per_piece"

TOTALS: Final[dict[str, pl.DataType]] = {
    "month": pl.Date(),
    "issued": pl.Float64(),  # of the series that were reported
    "need": pl.Float64(),  # of the series of which something is known
    "series": pl.Int64(),  # that had begun by then
    "reported": pl.Int64(),  # of them
    "censored": pl.Int64(),  # of them: the shelf was empty, so that issues say too little
}
"""Columns of `by_product` and `by_method`, beside `area` if asked for and `product` or `method`."""


def history(table: pl.DataFrame, replaced_by: Mapping[str, str] | None = None) -> pl.DataFrame:
    """The fact table of `HISTORY`, sorted by facility, product, month.

    Args:
        table: rows with at least facility, product, month and issued, one per facility, product and month; columns
            of `tables.FACTS`.
        replaced_by: the product that took the place of another; the history of the older goes on as the newer's.

    Raises:
        Refused: a product replaces itself in a circle.
    """
    whole = complete(chained(facts(table), replaced_by or {}))
    return marked(needed(whole)).select([pl.col(name).cast(kind) for name, kind in HISTORY.items()]).sort(KEYS)


def chained(table: pl.DataFrame, replaced_by: Mapping[str, str]) -> pl.DataFrame:
    """A fact table in which replaced products go on as their successors.

    Where both have a card in one month, their quantities add up, empty stays empty, and the stock-out days are those
    on which all of them were out.
    """
    if not replaced_by:
        return table
    final = {old: newest(old, replaced_by) for old in replaced_by}
    sums = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in (*QUANTITIES, "ordered")]
    others = [pl.col("area").drop_nulls().last(), pl.col("stockout_days").min(), pl.col("reported").any()]
    joined = (
        table.with_columns(pl.col("product").replace(final)).group_by(KEYS, maintain_order=True).agg(*sums, *others)
    )
    return joined.select(FACTS.keys()).sort(KEYS)


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """A fact table with a row for every month of a series, from its first to the newest month of anybody."""
    if table.is_empty():
        return table
    series = table.group_by("facility", "product").agg(pl.col("month").min().alias("first"))
    every = series.select(
        "facility", "product", month=pl.date_ranges("first", pl.lit(table["month"].max(), pl.Date), interval="1mo")
    ).explode("month")
    areas = table.group_by("facility", "product").agg(_known_area=pl.col("area").drop_nulls().last())
    wide = every.join(table, on=KEYS, how="left").join(areas, on=["facility", "product"], how="left")
    filled = wide.with_columns(
        pl.coalesce("area", "_known_area").alias("area"), pl.col("reported").fill_null(value=False)
    )
    return filled.select(FACTS.keys()).sort(KEYS)


def by_product(table: pl.DataFrame, *, area: bool = False) -> pl.DataFrame:
    """Monthly sums of `history` by product, of everything or by area; see `TOTALS`."""
    return _totals(table, [*(["area"] if area else []), "product"])


def by_method(table: pl.DataFrame, methods: pl.DataFrame, *, area: bool = False) -> pl.DataFrame:
    """The same by method.

    Args:
        methods: product, method, and perhaps `couple_years_per_piece`: then couple-years stand beside the pieces, of
            those products of the method that have a factor. A product without a method is left out, so see
            `check_methods` first.
    """
    by = [*(["area"] if area else []), "method"]
    placed = table.join(methods, on="product")
    pieces = _totals(placed, by)
    if WORTH not in methods.columns:
        return pieces
    weighed = placed.with_columns(pl.col("issued", "need") * pl.col(WORTH))
    years = _totals(weighed, by).select(*by, "month", couple_years_issued="issued", couple_years_need="need")
    return pieces.join(years, on=[*by, "month"], how="left", nulls_equal=True)


def check_methods(table: pl.DataFrame, methods: pl.DataFrame) -> None:
    """Every product has a method.

    Raises:
        Refused: naming those that have none.
    """
    without = table.join(methods, on="product", how="anti")["product"].unique().sort()
    raise_all(
        Refused(N_("Product {product} has no method: name it in the mapping, [products] methods."), product=product)
        for product in without
    )


def _totals(table: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Empty where nobody reported; how many did stands beside, so that fewer reports do not look like less need."""
    known = {name: pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in ("issued", "need")}
    counts = {
        "series": pl.len(),
        "reported": pl.col("reported").sum(),
        "censored": (pl.col("basis") == "censored").sum(),
    }
    found = table.group_by(*by, "month").agg(**known, **counts).sort(*by, "month", nulls_last=True)
    return found.select(*by, *(pl.col(name).cast(kind) for name, kind in TOTALS.items()))
