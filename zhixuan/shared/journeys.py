"""How plain statements reach the database: several at once, past the layers that every single one would pay for.

To PostgreSQL they go in one journey (a pipeline), prepared, each with its own snapshot as if sent alone; in SQLite they
run in turn. Whoever listens to statements (`CaptureQueriesContext`, `execute_wrapper`, DEBUG) still hears each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

Row = tuple[Any, ...]


class Statement(NamedTuple):
    """A statement with `%s` for each value."""

    text: str
    values: Sequence[Any]


class Outcome(NamedTuple):
    """The rows that a statement answered, if any, and how many it touched."""

    rows: list[Row]
    touched: int


def carry_out(statements: Sequence[Statement]) -> list[Outcome]:
    """Carry out statements in this order; the first that fails stops the rest, and its error is raised as Django's."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_thread_sharing()
    if connection.needs_rollback:
        connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if connection.queries_logged or connection.execute_wrappers:
            return _overheard(statements)
        if connection.vendor == "postgresql":
            return _in_one_journey(statements)
        return _in_turn(statements)


def _overheard(statements: Sequence[Statement]) -> list[Outcome]:
    outcomes = []
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.values)
            outcomes.append(_outcome(cursor))
    return outcomes


def _in_turn(statements: Sequence[Statement]) -> list[Outcome]:
    cursor = connection.connection.cursor()
    outcomes = []
    for statement in statements:
        cursor.execute(_question_marks(statement.text), statement.values)
        outcomes.append(_outcome(cursor))
    return outcomes


@lru_cache(maxsize=500)
def _question_marks(text: str) -> str:
    return text.replace("%s", "?")


def _in_one_journey(statements: Sequence[Statement]) -> list[Outcome]:
    from zhixuan.shared import pipeline  # psycopg is loaded only where PostgreSQL is used

    return [Outcome(*found) for found in pipeline.send(connection.connection, statements)]


def _outcome(cursor: Any) -> Outcome:
    return Outcome(cursor.fetchall() if cursor.description else [], cursor.rowcount)
