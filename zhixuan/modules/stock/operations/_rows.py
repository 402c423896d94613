"""Rows in and out of the ledger's tables, in as few statements as both databases allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from zhixuan.modules.stock.models import Event
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS
from zhixuan.shared import sql

if TYPE_CHECKING:
    from zhixuan.modules.stock.operations._posting import Slip

OUTSIDE_IDS = frozenset(OUTSIDE_PLACE_IDS.values())

MovementRow = tuple[int, int, int, int, int, int, int, date, str]


def next_event_ids(count: int) -> list[int]:
    """Ids in the order of commitment: a sequence on PostgreSQL, the next after the last behind SQLite's write lock."""
    return _next_ids("stock_event_ids", "stock_event", count)


def next_lot_ids(count: int) -> list[int]:
    """Ids are part of what a digest covers, so they are drawn before the rows are written."""
    return _next_ids("stock_lot_id_seq", "stock_lot", count)


def _next_ids(sequence: str, table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 (our own names)
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + count))


def advance_counter(place_id: int, year: int, count: int) -> int:
    """The last of `count` new slip numbers of a place in a year."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_slipcounter (place_id, year, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (place_id, year) DO UPDATE SET last = stock_slipcounter.last + excluded.last RETURNING last",
            [place_id, year, count],
        )
        return int(cursor.fetchone()[0])


EVENT = (
    'INSERT INTO stock_event (id, command_id, kind, place_id, year, number, "on", recorded_at, actor_id, actor_name, '
    "other_place_id, reverses_id, answers_id, reference, note, details, digest)"
)


def insert_events(events: Sequence[Event]) -> None:
    sql.insert(
        EVENT,
        [
            (
                event.id,
                sql.uuid_value(event.command_id),
                event.kind,
                event.place_id,
                event.year,
                event.number,
                sql.date_value(event.on),
                sql.moment_value(event.recorded_at),
                event.actor_id,
                event.actor_name,
                event.other_place_id,
                event.reverses_id,
                event.answers_id,
                event.reference,
                event.note,
                sql.json_value(event.details),
                event.digest,
            )
            for event in events
        ],
    )


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


def insert_movements(rows: Sequence[MovementRow]) -> None:
    sql.insert(
        "INSERT INTO stock_movement "
        '(event_id, line, lot_id, product_id, from_place_id, to_place_id, pieces, "on", reason)',
        [(*row[:7], sql.date_value(row[7]), row[8]) for row in rows],
    )


def add_to_balances(rows: Sequence[tuple[int, int, int, int, bool]]) -> None:
    """(place, lot, product, pieces, may be negative); only suspense may be given negative pieces."""
    sql.insert(
        "INSERT INTO stock_balance (place_id, lot_id, product_id, pieces, may_be_negative)",
        rows,
        "ON CONFLICT (place_id, lot_id) DO UPDATE SET pieces = stock_balance.pieces + excluded.pieces",
    )


def take_from_balances(rows: Sequence[tuple[int, int, int]]) -> int:
    """(pieces, place, lot); answers how many balances there were to take from."""
    return sql.write("UPDATE stock_balance SET pieces = pieces - %s WHERE place_id = %s AND lot_id = %s", rows)
