"""A county with three vending machines, and the verbs of machines in the short form that tests read well in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOW, TODAY, a_facility, a_planner, a_storekeeper, an_actor
from tests.stock_builders import StockedCounty, a_stocked_county, days
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.machines.models import Machine, Route, Slot
from zhixuan.modules.machines.operations.change_route import change_route
from zhixuan.modules.machines.operations.count_machine import Counted, count_machine
from zhixuan.modules.machines.operations.plan_route import plan_route
from zhixuan.modules.machines.operations.plan_slots import plan_slots
from zhixuan.modules.machines.operations.record_batch import Entry, Outcome, record_batch
from zhixuan.modules.machines.operations.refill_machine import SlotWork, refill_machine
from zhixuan.modules.machines.operations.set_up_machine import Facts, set_up_machine
from zhixuan.modules.machines.operations.take_back_packs import TakenBack, take_back_packs
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.rules.machines.records import Kind, Told
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.shared.access import Actor
from zhixuan.shared.command_ids import new


@dataclass(frozen=True, slots=True)
class Machines:
    """Three machines of township A, M1 with slots 1 to 3 of condoms, 100 pieces each; the store has plenty."""

    county: StockedCounty
    facilities: tuple[Facility, ...]
    actor: Actor
    officer: Actor

    @property
    def m1(self) -> Machine:
        return Machine.objects.select_related("facility").get(pk=self.facilities[0].pk)

    def by(self, actor: Actor) -> Machines:
        return replace(self, actor=actor)

    def slot(self, number: int, machine: int = 0) -> Slot:
        return Slot.objects.get(machine_id=self.facilities[machine].pk, number=number, until=None)

    def pieces(self, machine: int = 0) -> dict[int, int]:
        rows = Slot.objects.filter(machine_id=self.facilities[machine].pk, until=None)
        return dict(rows.values_list("number", "pieces"))

    def tell(self, *told: Told, machine: int = 0, **more: Any) -> Outcome:
        entries = [Entry(self.facilities[machine].pk, one) for one in told]
        said = {"source": "machine", "actor": self.actor, "command_id": new(), "at": NOW} | more
        return record_batch(entries=entries, **said)

    def refill(self, machine: int = 0, **more: Any) -> Any:
        """`loads={1: 50}`, `out={2: (10, "expired")}` by slot number."""
        loads, out = more.pop("loads", {}), more.pop("out", {})
        work = [
            SlotWork(self.slot(number, machine).pk, loads.get(number, 0), *out.get(number, (0, "")))
            for number in sorted({*loads, *out})
        ]
        said = {"on": TODAY, "actor": self.actor, "command_id": new(), "at": NOW} | more
        return refill_machine(
            machine_id=self.facilities[machine].pk, giver_id=self.county.store.pk, work=work, **said
        )  # fmt: skip

    def take_back(self, packs: dict[int, Any], machine: int = 0, **more: Any) -> Any:
        """`{1: 20}` or `{1: (20, lot id)}` by slot number."""
        work = [
            TakenBack(self.slot(number, machine).pk, *(one if isinstance(one, tuple) else (one,)))
            for number, one in packs.items()
        ]
        said = {"on": TODAY, "note": "too many here", "actor": self.actor, "command_id": new(), "at": NOW} | more
        return take_back_packs(machine_id=self.facilities[machine].pk, work=work, **said)

    def route(self, *machines: int, **more: Any) -> Route:
        said = {"name": "Tuesday", "giver_id": self.county.store.pk, "who": "Zhao", "on": TODAY, "at": NOW}
        said |= {"actor": self.actor, "command_id": new(), "machine_ids": self.ids(*machines)} | more
        return plan_route(**said)

    def change(self, route: Route, *machines: int, **more: Any) -> Route:
        said = {"name": "Tuesday", "giver_id": self.county.store.pk, "who": "Zhao", "on": TODAY, "at": NOW}
        said |= {"actor": self.actor, "command_id": new(), "machine_ids": self.ids(*machines)} | more
        return change_route(route_id=route.pk, **said)

    def ids(self, *machines: int) -> list[int]:
        return [self.facilities[index].pk for index in machines]

    def count(self, found: dict[int, int], machine: int = 0, **more: Any) -> Any:
        counted = [Counted(self.slot(number, machine).pk, pieces) for number, pieces in found.items()]
        said = {"on": TODAY, "actor": self.actor, "command_id": new(), "at": NOW} | more
        return count_machine(machine_id=self.facilities[machine].pk, counted=counted, **said)

    def plan(self, *plans: SlotPlan, machine: int = 0, **more: Any) -> list[Slot]:
        said = {"actor": self.officer, "command_id": new(), "at": NOW} | more
        return plan_slots(machine_id=self.facilities[machine].pk, plans=plans, **said)


def vend(slot: int = 1, *, number: int | None = None, at: datetime = NOW, pieces: int | None = 10) -> Told:
    return Told(Kind.VEND, at, number, slot, pieces)


def some_machines(**lots: int) -> Machines:
    """M1, M2 and M3 of township A. Without lots the store has 2,000 pieces of lot A, in packs of ten."""
    county = a_stocked_county(**(lots or {"A": 2000}))
    network = county.network
    facilities = tuple(
        a_facility(
            network.township, f"M{number}", kind=Facility.Kind.VENDING_MACHINE, supplied_by=network.store,
            name=f"Machine {number}",
        )
        for number in (1, 2, 3)
    )  # fmt: skip
    open_places(facility.pk for facility in facilities)
    officer = an_actor(a_planner(network.county))
    made = Machines(county, facilities, an_actor(a_storekeeper(network.township)), officer)
    for facility in facilities:
        facts = Facts(
            model="V-8", serial=f"SN-{facility.code}", service_phone="0000-0000900", place_zh="车站候车厅",
            place_en="Waiting hall", hint_zh="进门右手边", hint_en="On the right of the entrance",
        )  # fmt: skip
        set_up_machine(facility_id=facility.pk, facts=facts, actor=officer, at=NOW)
    plans = [SlotPlan(number, county.box.pk, 100, 10) for number in (1, 2, 3)]
    for index in range(3):
        made.plan(*plans, machine=index, at=NOW - timedelta(days=60))
    return made


__all__ = ["Machines", "days", "some_machines", "vend"]
