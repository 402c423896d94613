"""Private: the tables of a file as values by column, with every cell that cannot be read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from zhixuan.modules.directory.queries.tables import (
    COLUMNS,
    OPTIONAL,
    SIGNATURE,
    TableKind,
    must_be_filled,
    titles_of_column,
    words_of,
)
from zhixuan.rules.directory.changes import At
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.limits import MEBIBYTE, Limits
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.tables import Row, Table, plain_title

LIMITS = Limits(file_bytes=5 * MEBIBYTE, rows=100_000, columns=60)
_COORDINATES = {"longitude": Decimal(180), "latitude": Decimal(90)}


@dataclass(slots=True)
class Read:
    """Rows by table, each a place and its values by column; what is wrong; sheets that are none of the tables."""

    rows: dict[TableKind, list[tuple[At, dict[str, Any]]]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read(content: bytes, file_name: str) -> Read:
    """Take the tables out of a file.

    Raises:
        Refused: the file as a whole cannot be read, or holds none of the tables.
    """
    titles = {title for kind, columns in COLUMNS.items() for one in columns for title in titles_of_column(kind, one)}
    with tempfile.NamedTemporaryFile(suffix=Path(file_name).suffix[:6]) as file:
        file.write(content)
        file.flush()
        tables = read_tables(Path(file.name), name=file_name, titles=titles, limits=LIMITS)
    found = Read()
    for table in tables:
        kind = _kind_of(table)
        if kind is None:
            found.ignored.append(table.sheet)
        else:
            _take(found, kind, table)
    if not found.rows and not found.refused:
        raise Refused(
            N_("{file} holds none of the tables: use a template, so that the column titles are known."),
            field="file",
            code="no_table",
            file=file_name,
        )
    return found


def _kind_of(table: Table) -> TableKind | None:
    have = {plain_title(title) for title in table.header}
    for kind, column in SIGNATURE.items():
        if have & {plain_title(title) for title in titles_of_column(kind, column)}:
            return kind
    return None


def _take(found: Read, kind: TableKind, table: Table) -> None:
    wanted = {column: titles_of_column(kind, column) for column in COLUMNS[kind]}
    try:
        columns = locate(table, wanted, optional=OPTIONAL[kind])
    except Refused as refused:
        found.refused.extend(refused.reasons)
        return
    collector = Collector(table, columns)
    rows = found.rows.setdefault(kind, [])
    for row in table.rows:
        values = {column: _reader(kind, column)(collector, row) for column in columns}
        if collector.clean(row):
            rows.append((At(table.sheet, row.number), values))
    found.refused.extend(collector.reasons)


def _reader(kind: TableKind, column: str) -> Callable[[Collector, Row], Any]:
    required = must_be_filled(kind, column)
    if column in ("kind", "level"):
        words = words_of(kind, column)
        return lambda collector, row: collector.choice(row, column, words, required=required) or ""
    if column in ("valid_from", "valid_to"):
        return lambda collector, row: collector.date(row, column)
    if column in _COORDINATES:
        most = _COORDINATES[column]
        return lambda collector, row: collector.decimal(row, column, places=6, minimum=-most, maximum=most)
    if column in ("code", "parent", "area", "facility", "supplied_by", "product"):
        return lambda collector, row: _plain_code(collector.code(row, column, required=required))
    return lambda collector, row: collector.text(row, column, required=required)


def _plain_code(text: str) -> str:
    return to_half_width(text).upper()
