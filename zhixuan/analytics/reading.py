"""A CSV file of monthly records into the fact table, or every mistake in it at once, with its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from zhixuan.analytics.csv_tables import ROW, limited, read_texts
from zhixuan.analytics.history import chained
from zhixuan.analytics.tables import QUANTITIES, facts
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.replacing import newest

COLUMNS: Final = {
    "year": "year",
    "month": "month",
    "facility": "site_code",
    "product": "product_code",
    "issued": "stock_distributed",
    "opening": "stock_initial",
    "received": "stock_received",
    "adjusted": "stock_adjustment",
    "closing": "stock_end",
    "ordered": "stock_ordered",
    "stockout_days": "stock_stockout_days",
    "area": "region",
}
"""Our name, and the column's title in a file that comes without a mapping."""

NEEDED: Final = ("year", "month", "facility", "product", "issued")
NUMBERS: Final = (*QUANTITIES, "ordered", "stockout_days")
YEARS: Final = (1950, 2150)
SPAN_MONTHS_MAX: Final = 600
LARGEST: Final = 1e12


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is what, which products there are, which took the place of which, of which method each is."""

    columns: dict[str, str] = field(default_factory=lambda: dict(COLUMNS))
    known_products: frozenset[str] = frozenset()
    replaced_by: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)


def mapping_of(content: dict[str, Any]) -> Mapping:
    """From the tables `[columns]` and `[products]` (`known`, `replaced_by`, `methods`) of a TOML file.

    Raises:
        Refused: a name that is not known, a value that is no text, or a product that replaces itself in a circle.
    """
    products = content.get("products", {})
    unknown = [*(set(content) - {"columns", "products"}), *(set(products) - {"known", "replaced_by", "methods"})]
    unknown += sorted(set(content.get("columns", {})) - set(COLUMNS))
    raise_all(Refused(N_("The mapping names “{name}”, which is not known."), name=name) for name in unknown)
    given, chains = content.get("columns", {}), products.get("replaced_by", {})
    methods = products.get("methods", {})
    texts = [*given.values(), *chains.values(), *products.get("known", []), *methods.values()]
    raise_all(Refused(N_("“{name}” in the mapping must be text."), name=str(it)) for it in texts if type(it) is not str)
    final = {old: newest(old, chains) for old in chains}
    return Mapping(COLUMNS | given, frozenset(products.get("known", [])), final, methods)


def read_history(path: Path, mapping: Mapping | None = None, *, stockout_days_since: str = "") -> pl.DataFrame:
    """The fact table of a CSV file; replaced products are joined to their successors.

    Args:
        stockout_days_since: first month ("2019-07") whose stock-out days were recorded; a zero before it says nothing.
            Empty: zeros are unknown until the first month in which anybody recorded a day.

    Raises:
        Refused: unreadable, or with mistakes; up to 20 of them are named, each with row and column.
    """
    mapping = mapping or Mapping()
    texts = read_texts(path, [mapping.columns[name] for name in NEEDED])
    found = history_of(texts, mapping, name=path.name, stockout_days_since=stockout_days_since)
    return chained(found, mapping.replaced_by)


def history_of(
    texts: pl.DataFrame, mapping: Mapping, *, name: str, stockout_days_since: str = "", mistakes_most: int = 20
) -> pl.DataFrame:
    """The fact table of cells as text under the titles of the file, and under `ROW` the row each stands in.

    Args:
        name: of the file, for messages. stockout_days_since: as in `read_history`.

    Raises:
        Refused: with mistakes, each with row and column; of more than `mistakes_most` the first.
    """
    rows = _typed(_under_our_names(texts, mapping), mapping)
    raise_all(limited(_mistakes(rows, mapping), mistakes_most))
    if rows["issued"].null_count() == rows.height:
        raise Refused(
            N_("{file}: “{column}” is empty in every row, so there is nothing to go by."),
            file=name,
            column=mapping.columns["issued"],
            field=mapping.columns["issued"],
        )
    return facts(_known_days(rows.drop("row"), stockout_days_since))


def _under_our_names(texts: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    there = {name: title for name, title in mapping.columns.items() if title in texts.columns}
    return texts.select(pl.col(ROW).alias("row"), *(pl.col(title).alias(name) for name, title in there.items()))


def _typed(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Numbers beside their texts (`text_...`), so that a mistake can quote what stood there."""
    numbers = [name for name in ("year", "month", *NUMBERS) if name in rows.columns]
    rows = rows.with_columns([pl.col(name).alias(f"text_{name}") for name in numbers])
    rows = rows.with_columns([pl.col(name).replace("", None).cast(pl.Float64, strict=False) for name in numbers])
    year, month = pl.col("year").cast(pl.Int64, strict=False), pl.col("month").cast(pl.Int64, strict=False)
    good = year.is_between(*YEARS) & month.is_between(1, 12) & (year == pl.col("year")) & (month == pl.col("month"))
    first = pl.date(pl.when(good).then(year), pl.when(good).then(month), 1)
    names = [name for name in ("facility", "product", "area") if name in rows.columns]
    return rows.with_columns(month=first, **{name: _blank(name) for name in names})


def _blank(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _mistakes(rows: pl.DataFrame, mapping: Mapping) -> Iterator[Refused]:
    titles = mapping.columns
    for name in ("facility", "product"):
        for row in rows.filter(pl.col(name).is_null())["row"]:
            yield Refused(N_("Row {row}: “{column}” is empty."), row=row, column=titles[name], field=titles[name])
    for row, year, month in rows.filter(pl.col("month").is_null()).select("row", "text_year", "text_month").iter_rows():
        shown = f"{year or ''}-{month or ''}"
        yield Refused(
            N_("Row {row}: “{typed}” is no month; year and month are needed."),
            row=row,
            typed=shown,
            column=titles["month"],
            field="month",
        )
    yield from _wrong_numbers(rows, titles)
    yield from _twice(rows)
    if mapping.known_products:
        named = mapping.known_products | set(mapping.replaced_by) | set(mapping.replaced_by.values())
        for row, code in rows.filter(~pl.col("product").is_in(named)).select("row", "product").iter_rows():
            yield Refused(
                N_("Row {row}: product {product} is not known."),
                row=row,
                product=code,
                column=titles["product"],
                field="product",
            )
    yield from _too_long(rows)


def _wrong_numbers(rows: pl.DataFrame, titles: dict[str, str]) -> Iterator[Refused]:
    for name in NUMBERS:
        if name not in rows.columns:
            continue
        number, text = pl.col(name), pl.col(f"text_{name}")
        unread = (number.is_null() & (text != "")) | number.is_nan() | (number.abs() > LARGEST)
        for row, typed in rows.filter(unread).select("row", text).iter_rows():
            yield Refused(
                N_(
                    "Row {row}: “{typed}” in “{column}” is not a number that can be used; "
                    "write digits only, such as 1200."
                ),
                row=row,
                typed=typed,
                column=titles[name],
                field=titles[name],
            )
    for row, typed in rows.filter(pl.col("issued") < 0).select("row", "text_issued").iter_rows():
        yield Refused(
            N_("Row {row}: {typed} issued is below zero; book returns as adjustments."),
            row=row,
            typed=typed,
            column=titles["issued"],
            field=titles["issued"],
        )


def _twice(rows: pl.DataFrame) -> Iterator[Refused]:
    keys = ["facility", "product", "month"]
    doubled = rows.filter(pl.all_horizontal([pl.col(name).is_not_null() for name in keys]))
    again = doubled.with_columns(first=pl.col("row").first().over(keys)).filter(pl.col("row") != pl.col("first"))
    for row, first in again.select("row", "first").iter_rows():
        yield Refused(
            N_("Row {row} is about the same facility, product and month as row {first}; keep one of them."),
            row=row,
            first=first,
        )


def _too_long(rows: pl.DataFrame) -> Iterator[Refused]:
    dated = rows.filter(pl.col("month").is_not_null()).sort("month")
    if dated.is_empty():
        return
    first, last = dated["month"][0], dated["month"][-1]
    if (last.year - first.year) * 12 + last.month - first.month > SPAN_MONTHS_MAX:
        yield Refused(
            N_("Row {first} is of {from_month}, row {last} of {to_month}: more than 50 years apart, one is a mistake."),
            first=dated["row"][0],
            last=dated["row"][-1],
            from_month=f"{first:%Y-%m}",
            to_month=f"{last:%Y-%m}",
        )


def _known_days(rows: pl.DataFrame, since: str) -> pl.DataFrame:
    """Stock-out days are empty before they were recorded at all."""
    if "stockout_days" not in rows.columns:
        return rows
    recorded = rows.filter(pl.col("stockout_days") > 0)["month"].min()
    start = pl.lit(since + "-01").str.to_date() if since else pl.lit(recorded)
    return rows.with_columns(stockout_days=pl.when(pl.col("month") >= start).then(pl.col("stockout_days")))
