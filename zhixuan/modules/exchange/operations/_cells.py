"""Months and quantities out of cells, quickly where they are plain and thoroughly where they are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from zhixuan.rules.imports import Numbers
from zhixuan.rules.periods import FIRST_YEAR, LAST_YEAR, Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.cells import Cell, shown
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row

UNITS_MAX = 10**9
PLAIN = re.compile(r"-?\d{1,9}", re.ASCII)
COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})", re.ASCII)
SWAPPED = str.maketrans(",.", ".,")
NOT_A_MONTH = N_("Sheet {sheet}, row {row}, column {column}: “{value}” is not a month. Write it like 2026-11.")


def with_points(rows: Iterable[Row], indexes: Collection[int], numbers: Numbers) -> Iterable[Row]:
    """Rows whose texts in number columns are written with a decimal point."""
    if numbers is Numbers.POINT:
        return rows
    wanted = frozenset(indexes)
    return (
        Row(row.number, tuple(_swapped(cell) if at in wanted else cell for at, cell in enumerate(row.cells)))
        for row in rows
    )


def _swapped(cell: Cell) -> Cell:
    return cell.translate(SWAPPED) if isinstance(cell, str) else cell


def whole(
    collector: Collector, row: Row, key: str, columns: Mapping[str, int], *, required: bool = False
) -> int | None:
    """A quantity; None when the cell is empty or wrong."""
    index = columns.get(key)
    cell = None if index is None else row.cell(index)
    if isinstance(cell, str) and PLAIN.fullmatch(cell):
        return int(cell)
    if cell is None and not required:
        return None
    if required:
        return collector.whole(row, key, required=True, minimum=-UNITS_MAX, maximum=UNITS_MAX)
    return collector.whole(row, key, minimum=-UNITS_MAX, maximum=UNITS_MAX)


def month(collector: Collector, row: Row, columns: Mapping[str, int]) -> Month | None:
    """The month of a row; None when it is wrong, which is noted."""
    if "period" in columns:
        return _period(collector, row, columns["period"])
    year = _bounded(collector, row, "year", columns, (FIRST_YEAR, LAST_YEAR))
    number = _bounded(collector, row, "month", columns, (1, 12))
    return Month(year, number) if year and number else None


def _bounded(
    collector: Collector, row: Row, key: str, columns: Mapping[str, int], bounds: tuple[int, int]
) -> int | None:
    cell = row.cell(columns[key])
    if isinstance(cell, str) and PLAIN.fullmatch(cell) and bounds[0] <= int(cell) <= bounds[1]:
        return int(cell)
    return collector.whole(row, key, required=True, minimum=bounds[0], maximum=bounds[1])


def _period(collector: Collector, row: Row, index: int) -> Month | None:
    cell = row.cell(index)
    if isinstance(cell, date):
        return Month.of(cell)
    text = shown(cell)
    if not text:
        collector.wrong(row, "period", "required")
        return None
    compact = COMPACT_MONTH.fullmatch(text)
    try:
        return Month(int(compact[1]), int(compact[2])) if compact else Month.parse(text)
    except (ValueError, Refused):
        collector.refuse(row, "period", NOT_A_MONTH, code="not_a_month", value=text[:40])
        return None
