"""Plain SQL for the few questions of the hottest path, where building a query costs more than answering it.

Same text on both databases; `as_date` and the `..._value` functions hide how SQLite keeps dates, times and ids.
What does not wait for each other's answers is handed over together: to PostgreSQL that is one journey (decisions/009).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from django.db import connection

from zhixuan.shared.journeys import Row, Statement, carry_out

Parameters = Sequence[Any]
Answer = TypeVar("Answer")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

NOTHING = "NULL"
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """A statement that answers rows, its values, and how the answer is made of the rows."""

    statement: str
    parameters: Parameters
    read: Callable[[list[Row]], Answer]


NO_QUESTION: Question[None] = Question("SELECT 1", (), lambda _rows: None)
"""For those who put questions together and have one less."""


@overload
def ask(one: Question[A], two: Question[B], /) -> tuple[A, B]: ...
@overload
def ask(one: Question[A], two: Question[B], three: Question[C], /) -> tuple[A, B, C]: ...
def ask(*questions: Question[Any]) -> tuple[Any, ...]:
    """The answers of several questions, put in this order and at once: none may need the answer of another."""
    return tuple(ask_all(questions))


def ask_all(questions: Sequence[Question[Answer]]) -> list[Answer]:
    """The answers of any number of questions of one kind, put at once."""
    outcomes = carry_out([Statement(question.statement, question.parameters) for question in questions])
    return [question.read(outcome.rows) for question, outcome in zip(questions, outcomes, strict=True)]


def rows(statement: str, parameters: Parameters = ()) -> list[Row]:
    """All rows of one SELECT."""
    return carry_out([Statement(statement, parameters)])[0].rows


def tell(statements: Sequence[Statement]) -> list[int]:
    """Carry out writes in this order; answers how many rows each of them touched."""
    return [outcome.touched for outcome in carry_out(statements)]


def write(statement: str, many: Sequence[Parameters]) -> int:
    """One statement for each of the parameters; answers how many rows were touched."""
    return sum(tell([Statement(statement, values) for values in many]))


def insertion(head: str, many: Sequence[Parameters], tail: str = "") -> list[Statement]:
    """Many rows in few statements: `INSERT INTO t (a, b)`, the rows, `ON CONFLICT ...`."""
    return [
        Statement(f"{head} VALUES {_row_marks(chunk)} {tail}", [value for row in chunk for value in row])
        for chunk in chunks(many)
    ]


def chunks(many: Sequence[Parameters]) -> list[Sequence[Parameters]]:
    """Rows in portions that one statement can take."""
    return [many[start : start + ROWS_AT_ONCE] for start in range(0, len(many), ROWS_AT_ONCE)]


def _row_marks(chunk: Sequence[Parameters]) -> str:
    """`(%s, %s), (%s, %s)`: marks only; every value is a parameter."""
    return ", ".join([f"({marks(len(chunk[0]))})"] * len(chunk))


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


def moment_values(values: Iterable[datetime | None]) -> list[Any]:
    """The same for many: asking for the connection costs more than the conversion."""
    adapt = connection.ops.adapt_datetimefield_value
    return [None if value is None else adapt(value) for value in values]


def uuid_value(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def json_value(value: Mapping[str, Any]) -> str:
    return json.dumps(value) if value else "{}"
