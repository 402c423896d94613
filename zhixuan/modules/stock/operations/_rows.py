"""Rows of the ledger's tables as statements, in as few as both databases allow; `_posting` hands them over together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations._slip import Slip
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS
from zhixuan.shared import sql
from zhixuan.shared.journeys import Row, Statement
from zhixuan.shared.sql import Question

OUTSIDE_IDS = frozenset(OUTSIDE_PLACE_IDS.values())

MovementRow = tuple[int, int, int, int, int, int, int, date, str]


class EventRow(NamedTuple):
    """A row of stock_event as it is written, its digest aside; the names are those of the model."""

    id: int
    command_id: UUID
    kind: str
    place_id: int
    year: int
    number: int
    on: date
    recorded_at: datetime
    actor_id: int | None
    actor_name: str
    other_place_id: int | None
    reverses_id: int | None
    answers_id: int | None
    reference: str
    note: str
    details: dict[str, Any]


def next_event_ids(count: int) -> Question[list[int]]:
    """Ids in the order of commitment: a sequence on PostgreSQL, the next after the last behind SQLite's write lock."""
    return _next_ids("stock_event_ids", "stock_event", count)


def next_lot_ids(count: int) -> list[int]:
    """Ids are part of what a digest covers, so they are drawn before the rows are written."""
    return sql.ask_all([_next_ids("stock_lot_id_seq", "stock_lot", count)])[0]


def _next_ids(sequence: str, table: str, count: int) -> Question[list[int]]:
    if sql.on_postgresql() and count == 1:
        return Question("SELECT nextval(%s)", [sequence], lambda rows: [rows[0][0]])
    if sql.on_postgresql():
        statement = "SELECT nextval(%s) FROM generate_series(1, %s)"
        return Question(statement, [sequence, count], lambda rows: sorted(row[0] for row in rows))
    statement = f"SELECT coalesce(max(id), 0) FROM {table}"  # noqa: S608 (our own names)
    return Question(statement, [], lambda rows: list(range(rows[0][0] + 1, rows[0][0] + 1 + count)))


COUNTER = (
    "INSERT INTO stock_slipcounter (place_id, year, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (place_id, year) DO UPDATE SET last = stock_slipcounter.last + excluded.last RETURNING last"
)


def advance_counter(place_id: int, year: int, count: int) -> Question[list[int]]:
    """The next `count` slip numbers of a place in a year."""
    return Question(COUNTER, [place_id, year, count], lambda rows: _up_to(rows, count))


class Drawn(NamedTuple):
    """Id and number of one slip to come."""

    event_id: int
    number: int


def next_slip(place_id: int, year: int) -> Question[Drawn]:
    """Id and number of the next slip of a place in a year, drawn by one statement."""
    id_drawn = (
        "nextval('stock_event_ids')" if sql.on_postgresql() else "(SELECT coalesce(max(id), 0) + 1 FROM stock_event)"
    )
    return Question(f"{COUNTER}, {id_drawn}", [place_id, year, 1], lambda rows: Drawn(rows[0][1], rows[0][0]))


def _up_to(rows: list[Row], count: int) -> list[int]:
    last = int(rows[0][0])
    return list(range(last - count + 1, last + 1))


EVENT = (
    'INSERT INTO stock_event (id, command_id, kind, place_id, year, number, "on", recorded_at, actor_id, actor_name, '
    "other_place_id, reverses_id, answers_id, reference, note, details, digest)"
)
LOT = "INSERT INTO stock_lot (id, item_id, product_id, number, expires_on, made_on, digest)"
MOVEMENT = (
    'INSERT INTO stock_movement (event_id, line, lot_id, product_id, from_place_id, to_place_id, pieces, "on", reason)'
)
GAIN = "INSERT INTO stock_balance (place_id, lot_id, product_id, pieces, may_be_negative)"
ADD = "ON CONFLICT (place_id, lot_id) DO UPDATE SET pieces = stock_balance.pieces + excluded.pieces"
TAKE_ONE = "UPDATE stock_balance SET pieces = pieces - %s WHERE place_id = %s AND lot_id = %s"
TAKEN = "(CAST(%s AS bigint), CAST(%s AS bigint), CAST(%s AS bigint))"
TAKE_MANY = (
    "UPDATE stock_balance SET pieces = stock_balance.pieces - taken.column1 FROM (VALUES {rows}) taken "
    "WHERE stock_balance.place_id = taken.column2 AND stock_balance.lot_id = taken.column3"
)


def events(rows: Sequence[tuple[EventRow, str, str]]) -> list[Statement]:
    """Events, each with its details as text and its digest."""
    return sql.insertion(
        EVENT,
        [
            (
                event.id,
                sql.uuid_value(event.command_id),
                *event[2:6],
                sql.date_value(event.on),
                sql.moment_value(event.recorded_at),
                *event[8:15],
                details,
                digest,
            )
            for event, details, digest in rows
        ],
    )


def lots(new: Sequence[Lot]) -> list[Statement]:
    """New lots with their ids and digests; one that somebody else has entered meanwhile is left as it is."""
    rows = [
        (
            lot.id,
            lot.item_id,
            lot.product_id,
            lot.number,
            sql.date_value(lot.expires_on),
            sql.date_value(lot.made_on) if lot.made_on else None,
            lot.digest,
        )
        for lot in new
    ]
    return sql.insertion(LOT, rows, "ON CONFLICT DO NOTHING")


def movement_rows(event_id: int, slip: Slip) -> Iterator[MovementRow]:
    for line, move in enumerate(slip.moves, start=1):
        yield (
            event_id,
            line,
            move.lot_id,
            move.product_id,
            move.from_place_id,
            move.to_place_id,
            move.pieces,
            slip.on,
            move.reason,
        )


def movements(rows: Sequence[MovementRow]) -> list[Statement]:
    return sql.insertion(MOVEMENT, [(*row[:7], sql.date_value(row[7]), row[8]) for row in rows])


def gains(rows: Sequence[tuple[int, int, int, int, bool]]) -> list[Statement]:
    """(place, lot, product, pieces, may be negative); only suspense may be given negative pieces."""
    return sql.insertion(GAIN, rows, ADD)


def losses(rows: Sequence[tuple[int, int, int]]) -> list[Statement]:
    """(pieces, place, lot); together they must touch as many balances as there are rows."""
    if len(rows) == 1:
        return [Statement(TAKE_ONE, rows[0])]
    return [
        Statement(TAKE_MANY.format(rows=", ".join([TAKEN] * len(chunk))), [value for row in chunk for value in row])
        for chunk in sql.chunks(rows)
    ]
