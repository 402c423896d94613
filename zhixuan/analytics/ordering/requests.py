"""The file of what is asked for: a row per facility and product, with what they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from zhixuan.rules.refusal import N_, Refused, raise_all

TITLES: Final = {"facility": "site_code", "product": "product_code"}
STOCK: Final = ("on_hand", "on_order")
AVAILABLE: Final = "product_available"
MISTAKES_SHOWN: Final = 20
FIRST_ROW: Final = 2
LARGEST: Final = 1e12


def read_requests(path: Path, *, scarce: bool = False) -> pl.DataFrame:
    """facility, product, on_hand, on_order and, for scarce supply, product_available; in the order of the file.

    Raises:
        Refused: unreadable, or with mistakes; up to 20 of them are named, each with its row.
    """
    numbers = (*STOCK, AVAILABLE) if scarce else STOCK
    try:
        table = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as fault:
        raise Refused(
            N_("{file} cannot be read as CSV in UTF-8: {fault}"), file=path.name, fault=str(fault).splitlines()[0]
        ) from fault
    table = table.rename({name: name.strip().lstrip("\ufeff") for name in table.columns})
    raise_all(
        Refused(N_("{file} has no column “{column}”."), file=path.name, column=title, field=title)
        for title in (*TITLES.values(), *numbers)
        if title not in table.columns
    )
    rows = table.select(
        *(pl.col(title).str.strip_chars().fill_null("").alias(name) for name, title in TITLES.items()),
        *(pl.col(name).str.strip_chars().fill_null("").alias(f"text_{name}") for name in numbers),
        *(pl.col(name).str.strip_chars().cast(pl.Float64, strict=False).alias(name) for name in numbers),
    ).with_row_index("row", offset=FIRST_ROW)
    mistakes = sorted(_mistakes(rows, numbers), key=lambda mistake: int(str(mistake.fields["row"])))
    left = len(mistakes) - MISTAKES_SHOWN
    more = [Refused(N_("... and {left} more mistakes."), left=left)] if left > 0 else []
    raise_all([*mistakes[:MISTAKES_SHOWN], *more])
    return rows.select("facility", "product", *numbers)


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
        yield Refused(N_("Row {row} is about the same facility and product as row {first}."), row=row, first=first)
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
