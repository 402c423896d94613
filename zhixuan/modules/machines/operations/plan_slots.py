"""Say what each slot of a machine holds and how much fits in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Record, Slot
from zhixuan.modules.machines.operations import _locking, _vends
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries.records import waiting_vends
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.machines import slots as rules
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def plan_slots(
    *, machine_id: int, plans: Sequence[SlotPlan], actor: Actor, command_id: UUID, at: datetime
) -> list[Slot]:
    """Make the slots like this: new ones added, changed ones changed, those left out ended. Repeating changes nothing.

    Vends that waited because their slot was not in the plan are posted now.

    Raises:
        Refused: every faulty line at once; a slot that is left out or gets another item while pieces are in it.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(machine_id)
    permissions.require(actor, permissions.SET_UP, places)
    _locking.lock([machine_id])
    there = {slot.number: slot for slot in queries.slots_of([machine_id])}
    known = [_with_what_is_there(plan, there) for plan in plans]
    raise_all([*rules.plan_problems(known), *_item_problems(known, places), *_left_out(known, there)])

    changed = [number for number in there if number not in {plan.number for plan in known}]
    for number in changed:
        _end(there[number], at)
    for plan in known:
        if _write(plan, there.get(plan.number), machine_id, at):
            changed.append(plan.number)
    _post_waiting(machine_id, places, actor=actor, command_id=command_id, at=at)
    if changed:
        details = {"slots": sorted(changed)}
        audit.record(actor, "plan_slots", "machines.machine", machine_id, places.area_path, details, at)
    return list(queries.slots_of([machine_id]))


def _with_what_is_there(plan: SlotPlan, there: dict[int, Slot]) -> SlotPlan:
    slot = there.get(plan.number)
    return replace(plan, pieces_now=slot.pieces, item_now=slot.item_id) if slot else plan


def _item_problems(plans: Sequence[SlotPlan], places: FacilityPlaces) -> list[Refused]:
    items = catalogue.items_by_id([plan.item_id for plan in plans])
    permitted = directory.permitted_product_ids(places.facility_id)
    problems = []
    for index, plan in enumerate(plans):
        item = items.get(plan.item_id)
        field, row = f"slots-{index}-item", index + 1
        if item is None:
            problems.append(Refused(N_("Line {row}: choose an item from the catalogue."), field=field, row=row))
        elif permitted and item.product_id not in permitted:
            problems.append(Refused(N_("Line {row}: this machine may not hold that product."), field=field, row=row))
    return problems


def _left_out(plans: Sequence[SlotPlan], there: dict[int, Slot]) -> list[Refused]:
    kept = {plan.number for plan in plans}
    return [
        Refused(
            N_("Slot {slot} still holds {pieces} pieces. Count it out first, then leave it out."),
            code="slot_not_empty",
            slot=number,
            pieces=slot.pieces,
        )
        for number, slot in there.items()
        if number not in kept and slot.pieces
    ]


def _end(slot: Slot, at: datetime) -> None:
    Slot.objects.filter(pk=slot.pk).update(until=at)


def _write(plan: SlotPlan, slot: Slot | None, machine_id: int, at: datetime) -> bool:
    wanted = {"capacity": plan.capacity, "pieces_per_vend": plan.pieces_per_vend, "active": plan.active}
    if slot is not None and slot.item_id == plan.item_id:
        if all(getattr(slot, name) == value for name, value in wanted.items()):
            return False
        Slot.objects.filter(pk=slot.pk).update(**wanted)
        return True
    if slot is not None:
        _end(slot, at)
    Slot.objects.create(machine_id=machine_id, number=plan.number, item_id=plan.item_id, since=at, **wanted)
    return True


def _post_waiting(machine_id: int, places: FacilityPlaces, *, actor: Actor, command_id: UUID, at: datetime) -> None:
    versions: dict[int, list[Slot]] = {}
    for slot in queries.slots_ever([machine_id]):
        versions.setdefault(slot.number, []).append(slot)
    ready = []
    for row in waiting_vends(machine_id):
        row.slot = _vends.slot_at(versions.get(row.slot_number or 0, ()), row.moment)
        if row.slot is not None:
            row.pieces = row.pieces or row.slot.pieces_per_vend
            ready.append(row)
    waited = uuid.uuid5(command_id, "waited")
    _vends.post(ready, {machine_id: places}, actor=actor, command_id=waited, at=at)
    Record.objects.bulk_update(ready, ["slot", "pieces", "event"], batch_size=500)
