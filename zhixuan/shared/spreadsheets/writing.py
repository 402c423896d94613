"""Writing xlsx and CSV in which every text is a text: no cell is ever a formula, whatever people have typed.

In xlsx a text that looks like a formula is stored as a string and marked as such (Excel's quote prefix), so that it
stays text when somebody edits the cell; the cell shows exactly what the screen shows. CSV has no such mark, so there a
leading quote is written; `reading` takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from zhixuan.shared.spreadsheets.cells import EXACT_BELOW
from zhixuan.shared.spreadsheets.limits import DEFAULT

FORMULA_LIKE = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")
SHEET_NAME_BAD = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
SHEET_NAME_MAX = 31
ROWS_MAX = 1_048_576
XML_BAD = re.compile("[\ud800-\udfff\ufffe\uffff]")
HEADER_STYLE = {"bold": True, "bg_color": "#E8EEF4", "border_color": "#B8C4D0", "bottom": 1, "valign": "vcenter"}

Value: TypeAlias = str | int | float | Decimal | date | datetime | bool | None
Target: TypeAlias = Path | str | IO[bytes]


class ColumnKind(StrEnum):
    """What the cells of a column are; decides how they are shown, not whether they are accepted."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"


NUMBER_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.WHOLE: "#,##0",
    ColumnKind.DECIMAL: "General",
    ColumnKind.DATE: "yyyy-mm-dd",
    ColumnKind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column to write. `title` is in the reader's language; `width` in characters. The rest is for templates."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 16
    required: bool = False
    help: str = ""
    example: Value = None
    choices: tuple[str, ...] = ()


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self.header: Format = book.add_format({**HEADER_STYLE, "num_format": "@", "text_wrap": True})
        self.of: dict[ColumnKind, Format] = {
            kind: book.add_format({"num_format": shape}) for kind, shape in NUMBER_FORMATS.items()
        }
        self.guarded: Format = book.add_format({"num_format": "@", "quote_prefix": True})


def write_xlsx(target: Target, *, sheet: str, columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Value]]) -> int:
    """Write one sheet with a frozen, filterable heading; memory does not grow with the rows.

    Times of day are written as they are, without zone: convert to local time first. Whole numbers beyond 15 digits
    become text, since Excel would change them.

    Returns:
        How many rows were written below the heading.

    Raises:
        ValueError: more rows than Excel holds, or a row with more cells than there are columns.
    """
    with new_workbook(target) as book:
        page = book.add_worksheet(sheet_name(sheet))
        formats = Formats(book)
        write_heading(page, columns, formats)
        count = 0
        for count, row in enumerate(rows, 1):
            if count >= ROWS_MAX or len(row) > len(columns):
                raise ValueError(f"row {count} does not fit into the sheet")
            for column, value in enumerate(row):
                write_cell(page, (count, column), value, columns[column].kind, formats)
        page.autofilter(0, 0, max(count, 1), len(columns) - 1)
    return count


def write_csv(target: Path | IO[str], *, columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Value]]) -> int:
    """Write CSV in UTF-8 with the mark by which Excel knows it; formula-like texts are given a leading quote.

    A text stream given as target must be opened with encoding utf-8-sig and newline="".

    Returns:
        How many rows were written below the heading.
    """
    if isinstance(target, Path):
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            return write_csv(stream, columns=columns, rows=rows)
    writer = csv.writer(target)
    writer.writerow([defused(column.title) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_text(value) for value in row])
        count += 1
    return count


def csv_bytes(*, columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Value]]) -> bytes:
    """The same CSV in memory, for a download."""
    stream = io.StringIO(newline="")
    write_csv(stream, columns=columns, rows=rows)
    return stream.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """The text, with a quote before it when a spreadsheet program would take it for a formula."""
    return f"'{text}" if FORMULA_LIKE.match(text) else text


def new_workbook(target: Target) -> Workbook:
    """A workbook written row by row, in which nothing is turned into a formula, link or number by guessing."""
    options: dict[str, Any] = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": NUMBER_FORMATS[ColumnKind.DATE],
    }
    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)


def sheet_name(wanted: str) -> str:
    """A name that Excel accepts."""
    return SHEET_NAME_BAD.sub(" ", wanted).strip(" '")[:SHEET_NAME_MAX].strip(" '") or "Sheet1"


def write_heading(page: Worksheet, columns: Sequence[ColumnSpec], formats: Formats) -> None:
    """Titles in the first row, frozen; widths and formats of the columns below."""
    page.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width, formats.of[column.kind])
    page.set_row(0, 24)
    for index, column in enumerate(columns):
        page.write_string(0, index, column.title, formats.header)


def write_cell(page: Worksheet, at: tuple[int, int], value: Value, kind: ColumnKind, formats: Formats) -> None:
    """One cell: numbers as numbers, dates as dates, everything else as a string."""
    row, column = at
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats.of[ColumnKind.MOMENT])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats.of[ColumnKind.DATE])
    elif isinstance(value, int | float | Decimal) and kind is not ColumnKind.TEXT and _exact(float(value)):
        page.write_number(row, column, float(value), formats.of[kind])
    else:
        _write_text(page, at, str(value), formats)


def _exact(value: float) -> bool:
    """Whether Excel can hold the number: infinities, no-numbers and whole ones beyond 15 digits it cannot."""
    return -EXACT_BELOW < value < EXACT_BELOW


def _write_text(page: Worksheet, at: tuple[int, int], text: str, formats: Formats) -> None:
    text = XML_BAD.sub("\ufffd", text)[: DEFAULT.cell_characters]
    shape = formats.guarded if FORMULA_LIKE.match(text) else formats.of[ColumnKind.TEXT]
    page.write_string(at[0], at[1], text, shape)


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    return str(value).upper() if isinstance(value, bool) else str(value)
