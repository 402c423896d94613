"""The file of what is asked for: a row per facility and product, with what they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from zhixuan.analytics.csv_tables import ROW, limited, read_texts
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused, raise_all

TITLES: Final = {"facility": "site_code", "product": "product_code"}
STOCK: Final = ("on_hand", "on_order")
AVAILABLE: Final = "product_available"
LARGEST: Final = 1e12


def read_requests(path: Path, *, scarce: bool = False) -> pl.DataFrame:
    """row, facility, product, on_hand, on_order and, for scarce supply, product_available; in the order of the file.

    Raises:
        Refused: unreadable, or with mistakes; up to 20 of them are named, each with its row.
    """
    numbers = (*STOCK, AVAILABLE) if scarce else STOCK
    table = read_texts(path, (*TITLES.values(), *numbers))
    rows = table.select(
        pl.col(ROW).alias("row"),
        *(pl.col(title).alias(name) for name, title in TITLES.items()),
        *(pl.col(name).alias(f"text_{name}") for name in numbers),
        *(pl.col(name).cast(pl.Float64, strict=False).alias(name) for name in numbers),
    )
    raise_all(limited(_mistakes(rows, numbers)))
    return rows.select("row", "facility", "product", *numbers)


def of_unknown_products(asked: pl.DataFrame, history: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Rows (row, product) of products of which nobody has any record before the month: nothing can be said of them."""
    known = history.filter((pl.col("month") < month.first_day) & pl.col("issued").is_not_null())["product"].unique()
    return asked.filter(~pl.col("product").is_in(known.implode())).select("row", "product")


def _mistakes(rows: pl.DataFrame, numbers: tuple[str, ...]) -> Iterator[Refused]:
    for name, title in TITLES.items():
        for row in rows.filter(pl.col(name) == "")["row"]:
            yield Refused(N_("Row {row}: “{column}” is empty."), row=row, column=title, field=title)
    for name in numbers:
        number = pl.col(name)
        wrong = number.is_null() | number.is_nan() | (number < 0) | (number > LARGEST)
        for row, typed in rows.filter(wrong).select("row", f"text_{name}").iter_rows():
            yield Refused(
                N_("Row {row}: “{typed}” in “{column}” is no quantity of 0 or more."),
                row=row,
                typed=typed,
                column=name,
                field=name,
            )
    again = rows.with_columns(first=pl.col("row").first().over("facility", "product"))
    for row, first in again.filter(pl.col("row") != pl.col("first")).select("row", "first").iter_rows():
        yield Refused(
            N_("Row {row} is about the same facility and product as row {first}; keep one of them."),
            row=row,
            first=first,
        )
    if AVAILABLE in numbers:
        told = rows.with_columns(other=pl.col(AVAILABLE).first().over("product"))
        for row, product in told.filter(pl.col(AVAILABLE) != pl.col("other")).select("row", "product").iter_rows():
            yield Refused(
                N_("Row {row}: “{column}” of product {product} is not the same on all its rows."),
                row=row,
                product=product,
                column=AVAILABLE,
                field=AVAILABLE,
            )
