"""Plain SQL for the few questions of the hottest path, where building a query costs more than answering it.

Same text on both databases; `as_date` and the `..._value` functions hide how SQLite keeps dates, times and ids.
What does not wait for each other's answers is handed over together: to PostgreSQL that is one journey (decisions/009).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, overload
from uuid import UUID

from django.db import connection

from zhixuan.shared.journeys import Row, Statement, carry_out

Parameters = Sequence[Any]
Answer = TypeVar("Answer")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
AnyRow = TypeVar("AnyRow")

NOTHING = "NULL"
ROWS_AT_ONCE = 500
AS_ONE_VALUES_MAX = 40
"""More are long documents: what `pipeline` would not prepare would be planned anew each time, and all of it at once."""


class Question(NamedTuple, Generic[Answer]):
    """A statement that answers rows, its values, and how the answer is made of the rows."""

    statement: str
    parameters: Parameters
    read: Callable[[list[Row]], Answer]


NO_QUESTION: Question[None] = Question("", (), lambda _rows: None)
"""For those who put questions together and have one less: it is not put."""


@overload
def ask(one: Question[A], two: Question[B], /) -> tuple[A, B]: ...
@overload
def ask(one: Question[A], two: Question[B], three: Question[C], /) -> tuple[A, B, C]: ...
@overload
def ask(one: Question[A], two: Question[B], three: Question[C], four: Question[D], /) -> tuple[A, B, C, D]: ...
def ask(*questions: Question[Any]) -> tuple[Any, ...]:
    """The answers of several questions, put in this order and at once: none may need the answer of another."""
    return tuple(ask_all(questions))


def ask_all(questions: Sequence[Question[Answer]]) -> list[Answer]:
    """The answers of any number of questions of one kind, put at once."""
    outcomes = iter(carry_out([as_statement(question) for question in questions if question is not NO_QUESTION]))
    return [question.read([] if question is NO_QUESTION else next(outcomes).rows) for question in questions]


def as_statement(question: Question[Any]) -> Statement:
    """A question without its reader, to be carried out beside writes."""
    return Statement(question.statement, question.parameters)


def rows(statement: str, parameters: Parameters = ()) -> list[Row]:
    """All rows of one SELECT."""
    return carry_out([Statement(statement, parameters)])[0].rows


def tell(statements: Sequence[Statement]) -> list[int]:
    """Carry out writes in this order; answers how many rows each of them touched."""
    return [outcome.touched for outcome in carry_out(statements)]


def as_one(statements: Sequence[Statement]) -> list[Statement]:
    """On PostgreSQL few writes as one: planned, begun and answered once. Its count of rows is that of the last of them.

    They must not touch the same rows, nor one of them read what another writes.
    """
    values = [value for statement in statements for value in statement.values]
    if not on_postgresql() or len(statements) < 2 or len(values) > AS_ONE_VALUES_MAX:
        return list(statements)
    return [Statement(_as_one(tuple(statement.text for statement in statements)), values)]


@lru_cache(maxsize=100)
def _as_one(texts: tuple[str, ...]) -> str:
    parts = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(texts[:-1]))
    return f"WITH {parts} {texts[-1]}"


def write(statement: str, many: Sequence[Parameters]) -> int:
    """One statement for each of the parameters; answers how many rows were touched."""
    return sum(tell([Statement(statement, values) for values in many]))


def insertion(head: str, many: Sequence[Parameters], tail: str = "") -> list[Statement]:
    """Many rows in few statements: `INSERT INTO t (a, b)`, the rows, `ON CONFLICT ...`."""
    return [
        Statement(_insertion(head, len(chunk), len(chunk[0]), tail), [value for row in chunk for value in row])
        for chunk in chunks(many)
    ]


@lru_cache(maxsize=500)
def _insertion(head: str, rows: int, columns: int, tail: str) -> str:
    """`(%s, %s), (%s, %s)` behind the head: marks only; every value is a parameter."""
    return f"{head} VALUES {', '.join([f'({marks(columns)})'] * rows)} {tail}"


def chunks(many: Sequence[AnyRow]) -> list[Sequence[AnyRow]]:
    """Rows in portions that one statement can take."""
    return [many[start : start + ROWS_AT_ONCE] for start in range(0, len(many), ROWS_AT_ONCE)]


@lru_cache(maxsize=500)
def marks(count: int) -> str:
    """`%s, %s, %s`: for a list after IN. PostgreSQL has no empty list: NULL stands for one, and nothing equals it."""
    return ", ".join(["%s"] * count) if count else NOTHING


def as_date(value: Any) -> date:
    """A date as it came out of the database."""
    return value if isinstance(value, date) else date.fromisoformat(value)


@cache
def on_postgresql() -> bool:
    """Which of the two databases this process was started with."""
    return connection.vendor == "postgresql"


def date_value(value: date) -> Any:
    return value if on_postgresql() else value.isoformat()


def moment_value(value: datetime) -> Any:
    if on_postgresql():
        return value
    text = (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")
    return text[: -len("+00:00")]


def uuid_value(value: UUID) -> Any:
    return value if on_postgresql() else value.hex


def json_value(value: Mapping[str, Any]) -> str:
    return json.dumps(value) if value else "{}"
