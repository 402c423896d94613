"""Posting: one event by raw SQL against one event through the whole operation, one commit each; and long documents."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from django.db import connection

from bench.rounds import Line, per_second
from tests.builders import NOW, TODAY
from tests.scale.world import World, a_world
from tests.stock_builders import days
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.command_ids import new

TRYTON_A_SECOND = {"sqlite": 24, "postgresql": 18}
"""Tryton 8.2 posts a receipt at these rates on a like machine (quoted, not measured here)."""
EVENTS = 500
DOCUMENT_LINES = 100
DOCUMENTS = 4


def lines() -> list[Line]:
    world = a_world(10**9)
    connection.ensure_connection()
    speeds = per_second(
        {
            "floor": _floor(),
            "dispense": lambda: _dispense(world, EVENTS),
            "documents": lambda: _documents(world),
        },
        rounds=11,
    )
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    ratio = speeds["dispense"] / speeds["floor"]
    tryton = TRYTON_A_SECOND[connection.vendor]
    return [
        Line(
            f"{name}: one dispensing, one commit",
            f"{speeds['dispense']:.0f}/s",
            f"raw SQL {speeds['floor']:.0f}/s",
            ratio,
            "0.2x, aim 0.4x",
            ratio >= 0.2,
        ),
        Line(
            f"{name}: the same against Tryton",
            f"{speeds['dispense']:.0f}/s",
            f"{tryton}/s quoted",
            speeds["dispense"] / tryton,
            "10x of 24/s",
            speeds["dispense"] >= 240,
        ),
        Line(
            f"{name}: documents of {DOCUMENT_LINES} lines",
            f"{speeds['documents']:.0f} lines/s",
            "",
            None,
            "5000 lines/s",
            speeds["documents"] >= 5000,
        ),
    ]


def _dispense(world: World, count: int) -> int:
    for _ in range(count):
        line = Wanted(world.product_ids[0], 1)
        said: dict[str, Any] = {"on": TODAY, "actor": world.actor, "command_id": new(), "at": NOW}
        dispense(facility_id=world.facility_ids[0], lines=[line], **said)
    return count


_documents_made = itertools.count(1)


def _documents(world: World) -> int:
    for _ in range(DOCUMENTS):
        number = next(_documents_made)
        lines = [Delivered(world.item_ids[0], f"D{number}-{line}", days(500), 10) for line in range(DOCUMENT_LINES)]
        said: dict[str, Any] = {"on": TODAY, "actor": world.actor, "command_id": new(), "at": NOW}
        receive_delivery(facility_id=world.facility_ids[1], lines=lines, **said)
    return DOCUMENTS * DOCUMENT_LINES


def _floor() -> Callable[[], int]:
    """The least a ledger could do: one event, one line, one balance, one commit; the driver alone, no Django."""
    raw = _raw_connection()
    cursor = raw.cursor()
    for statement in (
        "CREATE TABLE floor_event (id integer PRIMARY KEY, place integer, day text, note text)",
        "CREATE TABLE floor_line (event integer REFERENCES floor_event, line integer, lot integer, pieces bigint, "
        "PRIMARY KEY (event, line))",
        "CREATE TABLE floor_balance (place integer, lot integer, pieces bigint CHECK (pieces >= 0), "
        "PRIMARY KEY (place, lot))",
        "INSERT INTO floor_balance VALUES (1, 1, 1000000000)",
    ):
        cursor.execute(statement)
    raw.commit()
    ids = itertools.count(1)
    one = _one_by_cte if connection.vendor == "postgresql" else _one_by_three

    def floor() -> int:
        for _ in range(EVENTS):
            one(cursor, next(ids))
            raw.commit()
        return EVENTS

    return floor


def _raw_connection() -> Any:
    if connection.vendor == "postgresql":
        import psycopg

        parameters = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        return psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)})
    import pysqlite3

    raw = pysqlite3.connect(f"{connection.settings_dict['NAME']}.floor")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")
    raw.isolation_level = "IMMEDIATE"
    return raw


def _one_by_three(cursor: Any, number: int) -> None:
    cursor.execute("INSERT INTO floor_event VALUES (?, 1, '2026-11-23', '')", (number,))
    cursor.execute("INSERT INTO floor_line VALUES (?, 1, 1, 1)", (number,))
    cursor.execute("UPDATE floor_balance SET pieces = pieces - 1 WHERE place = 1 AND lot = 1")


def _one_by_cte(cursor: Any, number: int) -> None:
    cursor.execute(
        "WITH event AS (INSERT INTO floor_event VALUES (%s, 1, '2026-11-23', '') RETURNING id), "
        "line AS (INSERT INTO floor_line SELECT id, 1, 1, 1 FROM event) "
        "UPDATE floor_balance SET pieces = pieces - 1 WHERE place = 1 AND lot = 1",
        (number,),
    )
