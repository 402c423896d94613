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
    speeds = per_second({"floor": _floor(), "vends": lambda: _tell(machine_id)}, rounds=3)
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    ratio = speeds["vends"] / speeds["floor"]
    return [
        Line(
            f"{name}: {VENDS} vends in one batch",
            f"{VENDS / speeds['vends']:.1f} s, {speeds['vends']:.0f}/s",
            f"raw SQL {speeds['floor']:.0f}/s",
            ratio,
            f"{BAR}x",
            ratio >= BAR,
        )
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


def _floor() -> Callable[[], int]:
    """As many rows of the same width with a unique key, one commit; the driver alone, no Django."""
    raw = _raw_connection()
    cursor = raw.cursor()
    cursor.execute(
        "CREATE TABLE floor_record (machine integer, key text, slot integer, pieces integer, moment text, "
        "received text, UNIQUE (machine, key))"
    )
    raw.commit()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    statement = f"INSERT INTO floor_record VALUES ({', '.join([mark] * 6)})"
    numbers = itertools.count(1)

    def floor() -> int:
        moment = NOW.isoformat()
        rows = [(1, f"n{next(numbers)}/vend/1/202611230805", 1, 1, moment, moment) for _ in range(VENDS)]
        cursor.executemany(statement, rows)
        raw.commit()
        return VENDS

    return floor
