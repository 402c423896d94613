"""Count a machine: what is in each slot, against what should be, and the books brought in line with it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Slot, Visit, VisitLine
from zhixuan.modules.machines.operations import _found, _locking, _visits
from zhixuan.modules.machines.operations._visits import Visited
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.shelf import lots_in
from zhixuan.rules.machines import counting
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Counted:
    """Pieces found in a slot."""

    slot_id: int
    pieces: int


@transaction.atomic
def count_machine(
    *,
    machine_id: int,
    counted: Sequence[Counted],
    on: date,
    reason: str = "",
    note: str = "",
    stop_id: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Visited:
    """Note a count of all slots and post its differences by product. All or nothing, safe to repeat.

    What should be there is worked out now, under the lock: vends that came in while somebody counted are in it. A vend
    told later that happened before the count explains its difference afterwards (see `_vends`).

    Raises:
        Refused: a slot not counted, more than fits, a difference without a reason, or without the note it needs.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(machine_id)
    permissions.require(actor, permissions.COUNT, places)
    machine = _locking.lock([machine_id])[machine_id]
    print_ = _visits.fingerprint("count", machine_id, counted, on, reason, note)
    if done := _locking.answered_visit(command_id, print_):
        return _visits.proof(done, repeated=True)
    slots = _visits.slots_named(machine_id, [one.slot_id for one in counted])
    raise_all(_problems(counted, slots))

    found = {one.slot_id: one.pieces for one in counted}
    changes = counting.differences(_by_item(found, slots), _in_books(places))
    uneven = changes or any(found[pk] != slot.pieces for pk, slot in slots.items())
    said: dict[str, Any] = {"on": on, "actor": actor, "at": at}
    if uneven:
        said["note"] = counting.check_reason(reason, note)
    events = [*_add(changes, places, command_id, said), *_take(changes, places, command_id, said)]

    lines = [VisitLine(slot=slot, expected=slot.pieces, counted=found[pk]) for pk, slot in slots.items()]
    for pk, slot in slots.items():
        Slot.objects.filter(pk=slot.pk).update(pieces=found[pk])
    visit = Visit(
        command_id=command_id,
        fingerprint=print_,
        kind=Visit.Kind.COUNT,
        machine=machine,
        note=note.strip(),
        reason=reason if uneven else "",
        events=events,
        stop=_visits.stop_on_route(stop_id, machine_id),
    )
    _visits.write(visit, lines, on=on, actor=actor, at=at)
    details = {"slip": number_of(visit), "difference": sum(changes.values())}
    audit.record(actor, "count_machine", "machines.visit", command_id, places.area_path, details, at)
    return _visits.proof(visit, repeated=False)


def _problems(counted: Sequence[Counted], slots: Mapping[int, Slot]) -> Iterable[Refused]:
    missing = slots.keys() - {one.slot_id for one in counted}
    for slot_id in missing:
        yield Refused(
            N_("Slot {slot}: enter what you counted, 0 when it is empty."),
            code="not_counted",
            slot=slots[slot_id].number,
        )
    for index, one in enumerate(counted):
        if not 0 <= one.pieces <= min(slots[one.slot_id].capacity, PIECES_MAX):
            yield Refused(
                N_("Slot {slot} holds {capacity} pieces at most."),
                field=f"counted-{index}-pieces",
                slot=slots[one.slot_id].number,
                capacity=slots[one.slot_id].capacity,
            )


def _by_item(found: Mapping[int, int], slots: Mapping[int, Slot]) -> Counter[counting.Key]:
    pieces: Counter[counting.Key] = Counter()
    for slot_id, slot in slots.items():
        pieces[slot.item.product_id, slot.item_id] += found[slot_id]
    return pieces


def _in_books(places: FacilityPlaces) -> Counter[counting.Key]:
    pieces: Counter[counting.Key] = Counter()
    for balance in lots_in(places.store_id):
        pieces[balance.product_id, balance.lot.item_id] += balance.pieces
    return pieces


def _add(
    changes: Mapping[counting.Key, int], places: FacilityPlaces, command_id: UUID, said: dict[str, Any]
) -> Iterable[int]:
    more = {key: pieces for key, pieces in changes.items() if pieces > 0}
    if more:
        lines, unknown = _found.lots_to_add(places, more)
        yield adjust_stock(
            facility_id=places.facility_id, reason_code="found", lines=lines, found=unknown,
            command_id=uuid.uuid5(command_id, "found"), **said,
        ).event_id  # fmt: skip


def _take(
    changes: Mapping[counting.Key, int], places: FacilityPlaces, command_id: UUID, said: dict[str, Any]
) -> Iterable[int]:
    fewer = {key: -pieces for key, pieces in changes.items() if pieces < 0}
    if not fewer:
        return
    lots = picking.lots_on_hand(places, [product_id for product_id, _item in fewer])
    lines: Counter[int] = Counter()
    for (product_id, item_id), pieces in sorted(fewer.items()):
        here = [lot for lot in lots.get(product_id, []) if lot.item_id == item_id]
        lines += _found.lots_to_take(here, pieces, on=said["on"])[0]
    yield adjust_stock(
        facility_id=places.facility_id, reason_code="short", lines=sorted(lines.items()),
        command_id=uuid.uuid5(command_id, "short"), **said,
    ).event_id  # fmt: skip
