"""Edits of the ledger by SQL, as one who owns the database could make them (G17). The triggers are dropped first.

python -m tests.scale.tampering --edits 1000 [--database URL] [--seed 7]
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, connection, transaction

from tests.builders import NOW
from tests.scale.seeds import base_seed
from tests.stock_builders import StockedCounty, a_stocked_county, days, lot
from zhixuan.modules.stock.operations.check_ledger import Fault, check_ledger
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.receiving import Arrived

KEYS = {
    "stock_event": ("id",),
    "stock_movement": ("event_id", "line"),
    "stock_lot": ("id",),
    "stock_balance": ("place_id", "lot_id"),
    "stock_slipcounter": ("place_id", "year"),
    "stock_seal": ("id",),
    "stock_monthbalance": ("id",),
}
UNSEEN = {("stock_monthbalance", "id")}
"""What no reader ever looks at: the surrogate key of a cache."""


def a_small_ledger() -> StockedCounty:
    """Some forty events of every kind, a closed month, and a chain of seals with an open end."""
    county = a_stocked_county()
    for number in range(4):
        county.stock(county.warehouse, f"L{number}", 100 + number, expires=days(300 + number), on=days(-60))
        county.stock(county.store, f"L{number}", 50, expires=days(300 + number), on=days(-59 + number))
    seal_ledger(at=NOW)
    for number in range(5):
        sent = county.send(county.warehouse, county.store, county.want(20 + number), on=days(-9 + number))
        counted = county.take_all_in(sent, on=days(-3)) if number else None
        if number == 2 and counted:
            county.reverse(counted)
            lines = [
                Arrived(m.lot_id, m.pieces - 1, 1)
                for m in county.warehouse.places.get(kind="store").events.get(id=sent.event_id).movements.all()
            ]
            county.take_in(sent, *lines, note="one was wet")
        county.dispense(county.store, county.want(3 + number), note="客户")
        seal_ledger(at=NOW)
    county.dispense(county.store, county.want(5, product=county.pill), already_happened=True)
    county.adjust(county.store, "hold", lines=[(lot("L3").id, 4)], note="damp")
    close_month(facility_id=county.store.id, month=Month(2026, 9), actor=county.actor, at=NOW)
    close_month(facility_id=county.store.id, month=Month(2026, 10), actor=county.actor, at=NOW)
    county.give_back(county.store, county.warehouse, county.want(2))
    seal_ledger(at=NOW)
    county.dispense(county.store, county.want(2))
    return county


class Attacker:
    """Makes one random edit after the other."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.said = ""

    def run(self, sql: str, parameters: list[Any] | None = None) -> int:
        self.said += f" | {sql} {parameters or ''}"
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters or [])
            return cursor.rowcount

    def rows(self, table: str) -> list[dict[str, Any]]:
        order = ", ".join(KEYS[table])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY {order}")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def where(self, table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
        return " AND ".join(f"{key} = %s" for key in KEYS[table]), [row[key] for key in KEYS[table]]

    def edit(self) -> bool:
        """One edit; False when the database would not even take it."""
        verbs: tuple[Callable[[str], bool], ...] = (self.update, self.update, self.delete, self.insert, self.swap)
        if self.dice.random() < 0.08:
            return self.cut_tail()
        return self.dice.choice(verbs)(self.dice.choice(list(KEYS)))

    def update(self, table: str) -> bool:
        row = self.dice.choice(self.rows(table))
        column = self.dice.choice([name for name in row if (table, name) not in UNSEEN])
        value = self.other(row[column], [one[column] for one in self.rows(table)])
        where, keys = self.where(table, row)
        return self.run(f'UPDATE {table} SET "{column}" = %s WHERE {where}', [value, *keys]) == 1

    def other(self, value: Any, seen: list[Any]) -> Any:
        """Another value that could stand there: a neighbour's, or a small change."""
        neighbours = [one for one in seen if one != value and one is not None]
        if neighbours and self.dice.random() < 0.5:
            return self.dice.choice(neighbours)
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + self.dice.choice([-1, 1, 7, -value or 1])
        if value is None:
            return 1
        if hasattr(value, "isoformat"):
            return value - (days(1) - days(0))
        return self.spoilt(str(value))

    def spoilt(self, text: str) -> str:
        """One character changed, where it is read as data and not as blank space of a JSON text."""
        if text.startswith("{"):
            return '{"picks": [{"product": 1, "override": "", "lots": []}]}'
        places = [i for i, letter in enumerate(text) if letter.isalnum()]
        if not places:
            return "x"
        at = self.dice.choice(places)
        return text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]

    def delete(self, table: str) -> bool:
        where, keys = self.where(table, self.dice.choice(self.rows(table)))
        return self.run(f"DELETE FROM {table} WHERE {where}", keys) == 1

    def insert(self, table: str) -> bool:
        """A copy of a row under a key of its own."""
        row = dict(self.dice.choice(self.rows(table)))
        key = self.dice.choice([name for name in KEYS[table] if name != "place_id"] or [KEYS[table][-1]])
        row[key] = self.dice.choice([max(one[key] for one in self.rows(table)) + 1, row[key] + 1, 10**6])
        if table == "stock_event":
            row |= {"command_id": row["command_id"].__class__(str(row["command_id"])[::-1].replace("-", ""))}
            row |= {"number": row["number"] + self.dice.choice([1, 100]), "reverses_id": None}
        if table == "stock_lot":
            row["number"] += "x"
        if table == "stock_monthbalance":
            row["lot_id"] = self.dice.choice(self.rows("stock_lot"))["id"]
        names = ", ".join(f'"{name}"' for name in row)
        values = [self.adapted(value) for value in row.values()]
        return self.run(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})", values) == 1

    def adapted(self, value: Any) -> Any:
        if isinstance(value, dict):
            import json

            return json.dumps(value)
        return value

    def swap(self, table: str) -> bool:
        """Two rows change places, or what one column of them says."""
        rows = self.rows(table)
        if len(rows) < 2:
            return False
        one, other = self.dice.sample(rows, 2)
        free = [name for name in one if name not in KEYS[table]]
        chosen = free if self.dice.random() < 0.5 else [self.dice.choice(free)]
        if all(one[name] == other[name] for name in chosen):
            return False
        for row, source in ((one, None), (other, one), (one, other)):
            changes = {name: self.parked(name, row[name]) if source is None else source[name] for name in chosen}
            where, keys = self.where(table, row)
            sets = ", ".join(f'"{name}" = %s' for name in changes)
            self.run(f"UPDATE {table} SET {sets} WHERE {where}", [*map(self.adapted, changes.values()), *keys])
        return True

    def parked(self, name: str, value: Any) -> Any:
        """A value that nobody else has, until the other row has made room."""
        if name in {"number", "pieces"} and isinstance(value, int):
            return 10**6
        if name == "number":
            return "parked"
        if name == "command_id":
            return "0" * 32
        return None if name in {"reverses_id", "answers_id", "other_place_id", "made_on"} else value

    def cut_tail(self) -> bool:
        """Everything after some event goes, as if it had never been: movements, seals, numbers, balances."""
        events = self.rows("stock_event")
        first = events[-self.dice.randint(2, 12)]["id"]
        for place, lot_id, pieces in self._net_since(first):
            self.run(
                "UPDATE stock_balance SET pieces = pieces - %s WHERE place_id = %s AND lot_id = %s",
                [pieces, place, lot_id],
            )
        self.run("DELETE FROM stock_movement WHERE event_id >= %s", [first])
        self.run("DELETE FROM stock_event WHERE id >= %s", [first])
        self.run("DELETE FROM stock_seal WHERE last_event_id >= %s", [first])
        self.run(
            "UPDATE stock_slipcounter SET last = (SELECT coalesce(max(number), 0) FROM stock_event e WHERE "
            "e.place_id = stock_slipcounter.place_id AND e.year = stock_slipcounter.year)"
        )
        self.run("DELETE FROM stock_slipcounter WHERE last = 0")
        self.run(
            "DELETE FROM stock_balance WHERE NOT EXISTS (SELECT 1 FROM stock_movement m WHERE "
            "m.lot_id = stock_balance.lot_id AND stock_balance.place_id IN (m.from_place_id, m.to_place_id))"
        )
        return True

    def _net_since(self, first: int) -> list[tuple[int, int, int]]:
        net: Counter[tuple[int, int]] = Counter()
        for row in self.rows("stock_movement"):
            if row["event_id"] >= first:
                net[row["to_place_id"], row["lot_id"]] += row["pieces"]
                net[row["from_place_id"], row["lot_id"]] -= row["pieces"]
        return [(place, lot_id, pieces) for (place, lot_id), pieces in net.items()]


def disarm() -> list[str]:
    """Drop the triggers and stop the database from looking after foreign keys; answers how to put the triggers back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            return ["SET session_replication_role = origin"]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stock_%%'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        return [sql for _name, sql in triggers]


def attempt(attacker: Attacker) -> list[Fault] | None:
    """One edit on a copy that is rolled back: what `check_ledger` says of it, None when nothing could be changed."""
    attacker.said = ""
    found = None
    with suppress(DatabaseError), transaction.atomic():
        repair = disarm()
        changed = attacker.edit()
        with connection.cursor() as cursor:
            for statement in repair:
                cursor.execute(statement)
        if changed:
            found = check_ledger()
        transaction.set_rollback(True)
    return found


def run(edits: int, seed: int) -> list[str]:
    """So many random edits of the ledger that stands; answers those that were not found."""
    assert check_ledger() == [], "the ledger must be true before anyone touches it"
    attacker = Attacker(seed)
    made, missed = 0, []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
    while made < edits:
        found = attempt(attacker)
        if found is None:
            continue
        made += 1
        if not found or not found[0].row or found[0].row == "?":
            missed.append(f"edit {made} of seed {seed}: {attacker.said} found as {found[:1]}")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--database")
    parser.add_argument("--seed", type=int, default=base_seed())
    given = parser.parse_args()
    a_small_ledger()
    missed = run(given.edits, given.seed)
    words = f"{connection.vendor}, seed {given.seed}: {given.edits} edits, {len(missed)} not found"
    print(words, *missed[:20], sep="\n  ")  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
