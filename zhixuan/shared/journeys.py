"""How plain statements reach the database: several at once, past the layers that every single one would pay for.

To PostgreSQL they go in one journey (a pipeline), prepared, each with its own snapshot as if sent alone; in SQLite they
run in turn. Whoever listens to statements (`CaptureQueriesContext`, `execute_wrapper`, DEBUG) still hears each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

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
    server = connections[DEFAULT_DB_ALIAS]  # Django's `connection` would look this up again at every name after it
    server.close_if_health_check_failed()
    if server.connection is None:
        server.ensure_connection()
    server.validate_thread_sharing()
    if server.needs_rollback:
        server.validate_no_broken_transaction()
    with server.wrap_database_errors:
        if server.queries_logged or server.execute_wrappers:
            return _overheard(server, statements)
        if server.vendor == "postgresql":
            return list(map(Outcome._make, _pipeline().send(server.connection, statements)))
        return _in_turn(server.connection.cursor(), statements)


def _overheard(server: Any, statements: Sequence[Statement]) -> list[Outcome]:
    outcomes = []
    for statement in statements:
        with server.cursor() as cursor:
            cursor.execute(statement.text, statement.values)
            outcomes.append(_outcome(cursor))
    return outcomes


def _in_turn(cursor: Any, statements: Sequence[Statement]) -> list[Outcome]:
    outcomes = []
    for text, values in statements:
        cursor.execute(_question_marks(text), values)
        outcomes.append(_outcome(cursor))
    return outcomes


@lru_cache(maxsize=500)
def _question_marks(text: str) -> str:
    return text.replace("%s", "?")


@cache
def _pipeline() -> Any:
    return import_module("zhixuan.shared.pipeline")  # psycopg is loaded only where PostgreSQL is used


def _outcome(cursor: Any) -> Outcome:
    return Outcome(cursor.fetchall() if cursor.description else [], cursor.rowcount)
