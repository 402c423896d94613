"""Plain SQL for the few questions of the hottest path, where building a query costs more than answering it.

Same text on both databases; `as_date` and the `..._value` functions hide how SQLite keeps dates, times and ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

Parameters = Sequence[Any]

NOTHING = "NULL"
ROWS_AT_ONCE = 500


def rows(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows of one SELECT."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def write(statement: str, many: Sequence[Parameters]) -> int:
    """One statement for each of the parameters; answers how many rows were touched."""
    if not many:
        return 0
    with connection.cursor() as cursor:
        if len(many) == 1:
            cursor.execute(statement, many[0])
        else:
            cursor.executemany(statement, many)
        return int(cursor.rowcount)


def insert(head: str, many: Sequence[Parameters], tail: str = "") -> None:
    """Many rows in few statements: `INSERT INTO t (a, b)`, the rows, `ON CONFLICT ...`."""
    for start in range(0, len(many), ROWS_AT_ONCE):
        chunk = many[start : start + ROWS_AT_ONCE]
        values = ", ".join([f"({marks(len(chunk[0]))})"] * len(chunk))
        statement = f"{head} VALUES {values} {tail}"  # marks only; every value is a parameter
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for row in chunk for value in row])


def marks(count: int) -> str:
    """`%s, %s, %s`: for a list after IN. PostgreSQL has no empty list: NULL stands for one, and nothing equals it."""
    return ", ".join(["%s"] * count) if count else NOTHING


def as_date(value: Any) -> date:
    """A date as it came out of the database."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def date_value(value: date) -> Any:
    return connection.ops.adapt_datefield_value(value)


def moment_value(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def uuid_value(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def json_value(value: Mapping[str, Any]) -> str:
    return json.dumps(value)
