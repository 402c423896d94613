"""What machines tell: a batch of vends through the whole operation, against as many rows the driver inserts alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.posting import _raw_connection
from bench.rounds import Line, per_second
from tests.builders import NOW, a_facility, a_machine
from tests.stock_builders import a_stocked_county, days
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.machines.operations.open_machine import open_machine
from zhixuan.modules.machines.operations.plan_slots import plan_slots
from zhixuan.modules.machines.operations.record_batch import Entry, record_batch
from zhixuan.modules.machines.queries.machines import slots_of
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.rules.machines.records import Kind, Told
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

VENDS = 5_000
DAYS = 15
BAR = 0.1
OFFICER = a_machine(Role.STATION_OFFICER)


def lines() -> list[Line]:
    """Records a second of one batch of 5,000 vends over 15 days, one commit."""
    machine_id = _a_machine(a_stocked_county().store)
    work = {"floor": _floor(_whole_row), "narrow": _floor(_narrow_row), "vends": lambda: _tell(machine_id)}
    speeds = per_second(work, rounds=5)
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    figure = f"{VENDS / speeds['vends']:.2f} s, {speeds['vends']:.0f}/s"
    ratio, narrow = speeds["vends"] / speeds["floor"], speeds["vends"] / speeds["narrow"]
    floor = f"raw SQL, same rows {speeds['floor']:.0f}/s"
    return [
        Line(f"{name}: {VENDS} vends in one batch", figure, floor, ratio, f"{BAR}x", ratio >= BAR),
        Line(f"{name}: the same, rows of 6 columns", figure, f"raw SQL {speeds['narrow']:.0f}/s", narrow),
    ]


def _a_machine(store: Facility) -> int:
    facility = a_facility(store.area, "BENCH-M", kind=Facility.Kind.VENDING_MACHINE, supplied_by=store)
    open_places([facility.pk])
    open_machine(facility.pk)
    item_id = _item_id()
    said: dict[str, Any] = {"actor": OFFICER, "command_id": new(), "at": NOW}
    plans = [SlotPlan(number, item_id, 10_000, 1) for number in range(1, 9)]
    plan_slots(machine_id=facility.pk, plans=plans, **said)
    delivered = [Delivered(item_id, "BENCH-M", days(900), 10**7)]
    receive_delivery(facility_id=facility.pk, lines=delivered, on=days(-20), **said)
    return int(facility.pk)


def _item_id() -> int:
    return int(Item.objects.order_by("pk").values_list("pk", flat=True)[0])


_numbers = itertools.count(1)


def _tell(machine_id: int) -> int:
    slots = [slot.number for slot in slots_of([machine_id])]
    entries = [
        Entry(
            machine_id,
            Told(Kind.VEND, NOW - timedelta(days=n % DAYS, seconds=n), next(_numbers), slots[n % len(slots)], 1),
        )
        for n in range(VENDS)
    ]
    outcome = record_batch(entries=entries, source="file", actor=OFFICER, command_id=new(), at=NOW)
    return outcome.new


WHOLE = (
    "machine integer, key text, number bigint, kind text, slot_number integer, slot integer, pieces integer, "
    "happened_at text, received_at text, moment text, clock text, number_again bool, event bigint, batch text"
)
"""The columns of `machines_record`; of its indexes only the one that knows a record again."""
NARROW = "machine integer, key text, slot integer, pieces integer, moment text, received text"
MOMENT = NOW.isoformat()
BATCH = new().hex


def _whole_row(number: int) -> tuple[Any, ...]:
    key = f"n{number}/vend/1/202611230805"
    return (1, key, number, "vend", 1, 1, 1, MOMENT, MOMENT, MOMENT, "good", False, 1, BATCH)


def _narrow_row(number: int) -> tuple[Any, ...]:
    return (1, f"n{number}/vend/1/202611230805", 1, 1, MOMENT, MOMENT)


def _floor(row: Callable[[int], tuple[Any, ...]]) -> Callable[[], int]:
    """As many rows with a unique key, one commit; the driver alone, no Django, nothing looked at."""
    raw = _raw_connection()
    cursor = raw.cursor()
    table, columns = ("floor_record", WHOLE) if row is _whole_row else ("floor_narrow", NARROW)
    cursor.execute(f"CREATE TABLE {table} ({columns}, UNIQUE (machine, key))")
    raw.commit()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    statement = f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row(0)))})"
    numbers = itertools.count(1)

    def floor() -> int:
        rows = [row(next(numbers)) for _ in range(VENDS)]
        cursor.executemany(statement, rows)
        raw.commit()
        return VENDS

    return floor
