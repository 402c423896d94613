"""Private: three vending machines of the demo county set up, counted and told of, one jammed and one empty."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.machines.operations.count_machine import Counted, count_machine
from zhixuan.modules.machines.operations.open_machine import open_machine
from zhixuan.modules.machines.operations.plan_route import plan_route
from zhixuan.modules.machines.operations.plan_slots import plan_slots
from zhixuan.modules.machines.operations.record_batch import Entry, record_batch
from zhixuan.modules.machines.operations.report_fault import report_fault
from zhixuan.modules.machines.operations.set_up_machine import Facts, set_up_machine
from zhixuan.modules.machines.queries.machines import Slot, slots_of
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.machines.records import Kind, Told
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.shared.access import ANONYMOUS, Actor

NAMESPACE = uuid.UUID("019ab000-0000-7000-8000-000000000001")
CAPACITY, PACK_PIECES, SLOTS_MAX = 120, 10, 6
PLACES = {
    "YL-A01": ("候车厅二号门内", "Inside gate 2 of the waiting hall", "饮水机旁边", "Beside the drinking fountain"),
    "YL-A02": ("便利店门口右侧", "Right of the shop's door", "夜里有灯", "Lit at night"),
    "YL-A03": ("夜市北口公厕外墙", "North entrance, outer wall of the washrooms", "红色机身", "A red machine"),
}


def add_machines(facilities: Mapping[str, Facility], *, actor: Actor, now: datetime) -> None:
    """Set the machines up; in the first everything is in order, the second jams, the third runs empty."""
    for facility in facilities.values():
        if facility.kind == "vending_machine":
            open_machine(facility.pk)
    for number, code in enumerate(PLACES, 1):
        _set_up(code, facilities[code], number, actor, now)
    jammed, emptied = facilities["YL-A02"].pk, facilities["YL-A03"].pk
    _tell(facilities["YL-A01"].pk, _vends(now, ((2, 9), (1, 7), (2, 4), (3, 2))), actor, now)
    _tell(jammed, [*_vends(now, ((1, 8), (1, 6))), _jam(now)], actor, now)
    _empty(emptied, actor, now)
    report_fault(
        machine_id=jammed, what="stuck", slot_number=1, actor=ANONYMOUS, command_id=_id("fault"), at=now
    )  # fmt: skip
    plan_route(
        name="周三补货 Wednesday round",
        giver_id=facilities["YL-T01"].pk,
        machine_ids=[facilities[code].pk for code in ("YL-A03", "YL-A02", "YL-A01")],
        who="",
        on=timezone.localtime(now).date(),
        actor=actor,
        command_id=_id("route"),
        at=now,
    )


def _id(name: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, name)


def _set_up(code: str, facility: Facility, number: int, actor: Actor, now: datetime) -> None:
    place_zh, place_en, hint_zh, hint_en = PLACES[code]
    facts = Facts(
        model="虚构 V-60",
        serial=f"DEMO-{code}",
        place_zh=place_zh,
        place_en=place_en,
        hint_zh=hint_zh,
        hint_en=hint_en,
        service_phone=f"0000-00009{number:02d}",
        installed_on=timezone.localtime(now).date() - timedelta(days=400),
    )
    at = now - timedelta(days=20)
    set_up_machine(facility_id=facility.pk, facts=facts, actor=actor, at=at)
    held = _held(facility.pk)
    plans = [
        SlotPlan(position, item_id, max(CAPACITY, pieces), PACK_PIECES)
        for position, (item_id, pieces) in enumerate(_spread(held), 1)
    ]
    slots = plan_slots(machine_id=facility.pk, plans=plans, actor=actor, command_id=_id(f"slots {code}"), at=at)
    _count(facility.pk, slots, [pieces for _item, pieces in _spread(held)], actor, now - timedelta(hours=10))


def _held(facility_id: int) -> list[tuple[int, int]]:
    """(item, pieces) in the books of a machine."""
    places = places_of(facility_id)
    lots = picking.lots_on_hand(places, [one.pk for one in catalogue.products()])
    held: dict[int, int] = {}
    for listed in lots.values():
        for lot in listed:
            held[lot.item_id] = held.get(lot.item_id, 0) + lot.pieces
    return sorted(held.items())


def _spread(held: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(item, pieces) slot by slot: full ones first, the rest in the last one."""
    spread: list[tuple[int, int]] = []
    for item_id, pieces in held:
        left = pieces
        while left > CAPACITY and len(spread) < SLOTS_MAX - 1:
            spread.append((item_id, CAPACITY))
            left -= CAPACITY
        spread.append((item_id, left))
    return spread


def _count(machine_id: int, slots: Sequence[Slot], pieces: Sequence[int], actor: Actor, at: datetime) -> None:
    count_machine(
        machine_id=machine_id,
        counted=[Counted(slot.pk, count) for slot, count in zip(slots, pieces, strict=True)],
        on=timezone.localtime(at).date(),
        reason="loading",
        note="启用货道管理时清点 count when slots were introduced",
        actor=actor,
        command_id=_id(f"count {machine_id}"),
        at=at,
    )


def _vends(now: datetime, told: Sequence[tuple[int, int]]) -> list[Told]:
    """(slot, hours ago)"""
    return [
        Told(Kind.VEND, now - timedelta(hours=hours), number, slot, PACK_PIECES)
        for number, (slot, hours) in enumerate(told, 101)
    ]


def _jam(now: datetime) -> Told:
    return Told(Kind.JAM, now - timedelta(hours=3), 103, 1)


def _tell(machine_id: int, told: Sequence[Told], actor: Actor, now: datetime) -> None:
    slots = {slot.number for slot in slots_of([machine_id])}
    known = [one for one in told if one.slot in slots]
    entries = [Entry(machine_id, one) for one in known]
    record_batch(entries=entries, source="machine", actor=actor, command_id=_id(f"told {machine_id}"), at=now)


def _empty(machine_id: int, actor: Actor, now: datetime) -> None:
    """Its first slot gives out all it has."""
    slot = slots_of([machine_id])[0]
    vends = -(-slot.pieces // PACK_PIECES)
    told = [
        Told(Kind.VEND, now - timedelta(minutes=20 * (vends - n) + 5), 200 + n, slot.number, min(PACK_PIECES, left))
        for n, left in enumerate(range(slot.pieces, 0, -PACK_PIECES))
    ]
    told.append(Told(Kind.EMPTY, now - timedelta(minutes=4), 200 + vends, slot.number))
    _tell(machine_id, told, actor, now)
