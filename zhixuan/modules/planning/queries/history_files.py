"""Monthly records that somebody brings in a file: the fact table of it, or every mistake with sheet, row and column.

The reading itself is that of `zhixuan forecast` (analytics/reading); here are sheets instead of one CSV, and the titles
of the template beside those of the command.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor
from zhixuan.shared.spreadsheets.cells import shown
from zhixuan.shared.spreadsheets.tables import Row, Table, is_total, plain_title
from zhixuan.shared.uploads import Upload

if TYPE_CHECKING:
    import polars as pl

    from zhixuan.analytics.reading import Mapping as ColumnMapping

PURPOSE: Final = "planning.history"
MAPPING_PURPOSE: Final = "planning.history_mapping"
HOW_TO_INSTALL: Final = "pip install 'zhixuan[forecast]'"
KEYS: Final = ("year", "month", "facility", "product")
MISTAKES_MOST: Final = 2_000
CELLS_MOST: Final = 2_000_000
"""Series times months: what a worker forecasts within the memory of a small machine."""

TITLES: Final[dict[str, tuple[str, str]]] = {
    "year": ("年", "Year"),
    "month": ("月", "Month"),
    "facility": ("机构编码", "Facility code"),
    "product": ("品种编码", "Product code"),
    "issued": ("发出数量", "Issued"),
    "opening": ("期初库存", "Opening stock"),
    "received": ("收入数量", "Received"),
    "adjusted": ("调整数量", "Adjusted"),
    "closing": ("期末库存", "Closing stock"),
    "ordered": ("订货数量", "Ordered"),
    "stockout_days": ("缺货天数", "Days out of stock"),
    "area": ("地区", "Area"),
}
"""Beside the titles of `analytics/reading.COLUMNS`: Chinese, English."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The fact table, and what the file calls its columns."""

    table: pl.DataFrame
    titles: dict[str, str]


@dataclass(slots=True)
class _Rows:
    """Rows of all sheets under one numbering; `places` says where each stands."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    places: list[tuple[str, int]] = field(default_factory=list)


def mapping_id(upload_id: UUID) -> UUID:
    """Under which the mapping of an upload is kept."""
    return uuid5(upload_id, "mapping")


def mapping_from(content: bytes) -> ColumnMapping:
    """The mapping of a TOML file.

    Raises:
        Refused: it is none, or names what is not known.
    """
    from zhixuan.analytics.reading import mapping_of

    try:
        return mapping_of(tomllib.loads(content.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Refused(N_("The mapping is not TOML: {fault}"), field="mapping", fault=str(fault)) from fault


def read(actor: Actor, upload: Upload) -> ReadFile:
    """What a kept file says; replaced products of its mapping are joined to their successors.

    Raises:
        Refused: unreadable, or with mistakes; all of them, each with sheet, row and column.
    """
    try:
        from zhixuan.analytics.history import chained
        from zhixuan.analytics.reading import Mapping as Columns
        from zhixuan.analytics.reading import history_of
    except ModuleNotFoundError as fault:
        raise not_installed(fault) from fault
    has_mapping = upload.subject != str(upload.pk)
    mapping = mapping_from(_kept(actor, upload)) if has_mapping else Columns()
    names = _names(mapping.columns, has_mapping=has_mapping)
    tables = uploads.tables_of(upload, titles=[title for titles in names.values() for title in titles])
    rows, titles = _gathered(tables, names, upload.file_name)
    mapping = Columns(mapping.columns | titles, mapping.known_products, mapping.replaced_by)
    try:
        found = history_of(_frame(rows), mapping, name=upload.file_name, mistakes_most=MISTAKES_MOST)
    except Refused as refused:
        raise_all(_placed(one, rows.places) for one in refused.reasons)
        raise
    _check_size(found)
    return ReadFile(chained(found, mapping.replaced_by), {key: mapping.columns[key] for key in KEYS})


def not_installed(fault: ModuleNotFoundError) -> Refused:
    """Says which package is missing, and how to get it."""
    return Refused(N_("{package} is not installed: {how}"), package=fault.name, how=HOW_TO_INSTALL)


def packed(table: pl.DataFrame) -> bytes:
    """A fact table as Parquet."""
    target = BytesIO()
    table.write_parquet(target)
    return target.getvalue()


def unpacked(content: bytes | memoryview) -> pl.DataFrame:
    """The reverse of `packed`.

    Raises:
        Refused: the package that reads it is not installed.
    """
    try:
        import polars as pl
    except ModuleNotFoundError as fault:
        raise not_installed(fault) from fault
    return pl.read_parquet(BytesIO(bytes(content)))


def _kept(actor: Actor, upload: Upload) -> bytes:
    return bytes(uploads.upload_of(actor, UUID(upload.subject), MAPPING_PURPOSE).content)


def _names(columns: Mapping[str, str], *, has_mapping: bool) -> dict[str, tuple[str, ...]]:
    """Titles by which each column is known; who brings a mapping has said all there is to say."""
    if has_mapping:
        return {key: (title,) for key, title in columns.items()}
    return {key: (title, *TITLES[key]) for key, title in columns.items()}


def _gathered(
    tables: Sequence[Table], names: Mapping[str, Sequence[str]], file_name: str
) -> tuple[_Rows, dict[str, str]]:
    """Rows of every sheet that has a known title, under the titles of the first; sheets without one are notes."""
    known = {plain_title(title): key for key, titles in names.items() for title in titles}
    chosen = [one for one in tables if not one.hidden and any(plain_title(title) in known for title in one.header)]
    rows = _Rows()
    titles: dict[str, str] = {}
    for table in chosen or tables[:1]:
        columns = _columns(table, known, names)
        titles = {key: table.header[index] for key, index in columns.items()} | titles
        for row in table.rows:
            if not is_total(row):
                _add(rows, table.sheet, row, columns)
    if not rows.places:
        raise Refused(N_("{file} has no rows below its titles."), file=file_name)
    final = {key: titles.get(key, names[key][0]) for key in names}
    rows.texts = {final[key]: values for key, values in rows.texts.items() if key in titles}
    return rows, final


def _columns(table: Table, known: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each column stands.

    Raises:
        Refused: those that are missing or there twice, with the sheet and the heading's row.
    """
    from zhixuan.analytics.reading import NEEDED
    from zhixuan.shared.spreadsheets.columns import locate

    there = {known.get(plain_title(title)) for title in table.header}
    return locate(table, {key: names[key] for key in names if key in NEEDED or key in there})


def _add(rows: _Rows, sheet: str, row: Row, columns: Mapping[str, int]) -> None:
    """One row more; a column that this sheet lacks is empty there."""
    number = len(rows.places)
    rows.places.append((sheet, row.number))
    for key in {*rows.texts, *columns}:
        text = shown(row.cell(columns[key])).strip() if key in columns else ""
        rows.texts.setdefault(key, [""] * number).append(text)


def _frame(rows: _Rows) -> pl.DataFrame:
    import polars as pl

    from zhixuan.analytics.csv_tables import ROW

    numbers = {ROW: range(len(rows.places))}
    return pl.DataFrame({**numbers, **rows.texts}, schema_overrides=dict.fromkeys(rows.texts, pl.String()))


def _placed(one: Refused, places: Sequence[tuple[str, int]]) -> Refused:
    """A mistake with sheet and row as Excel shows them."""
    fields: dict[str, Any] = dict(one.fields)
    if isinstance(row := fields.get("row", fields.get("first")), int):
        fields["sheet"] = places[row][0]
    for name in ("row", "first", "last"):
        if isinstance(fields.get(name), int):
            fields[name] = places[fields[name]][1]
    return Refused(one.message, field="file", code=one.code, **fields)


def _check_size(table: pl.DataFrame) -> None:
    series = table.select("facility", "product").n_unique()
    first, last = _bounds(table)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if series * months > CELLS_MOST:
        raise Refused(
            N_("{series} series of {months} months are too much at once. Split the file by area or product."),
            field="file",
            series=series,
            months=months,
        )


def _bounds(table: pl.DataFrame) -> tuple[date, date]:
    months = table["month"].sort()
    return months[0], months[-1]


def newest_month(table: pl.DataFrame) -> Month:
    """Of anybody."""
    return Month.of(_bounds(table)[1])


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file holds: counts, its months, and (facility, product, month, what) of odd ones."""

    series: int
    places: int
    products: int
    first: Month
    last: Month
    missing: int
    censored: int
    odd: list[tuple[str, str, str, str]]


def facts_of(table: pl.DataFrame) -> Facts:
    """To look at before it is forecast: months without a report, months out of stock, odd months."""
    from zhixuan.analytics.history import history

    whole = history(table)
    first, last = _bounds(table)
    odd = [
        (row["facility"], row["product"], f"{row['month']:%Y-%m}", "unit_jump" if row["unit_jump"] else "outlier")
        for row in whole.filter(whole["outlier"] | whole["unit_jump"]).iter_rows(named=True)
    ]
    return Facts(
        series=table.select("facility", "product").n_unique(),
        places=table["facility"].n_unique(),
        products=table["product"].n_unique(),
        first=Month.of(first),
        last=Month.of(last),
        missing=int((~whole["reported"]).sum()),
        censored=int((whole["reported"] & whole["basis"].is_in(["censored", "normalised"])).sum()),
        odd=odd,
    )
