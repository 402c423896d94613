"""Take good packs out of a machine and send them back to the store that supplies it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Slot, Visit, VisitLine
from zhixuan.modules.machines.operations import _found, _locking, _visits
from zhixuan.modules.machines.operations._visits import Visited
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.fefo import LotOnHand, Wanted
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

WENT_BACK = "returned"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Good pieces taken out of a slot; without a lot those that expire first are meant."""

    slot_id: int
    pieces: int
    lot_id: int | None = None


@transaction.atomic
def take_back_packs(
    *,
    machine_id: int,
    work: Sequence[TakenBack],
    on: date,
    note: str,
    stop_id: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Visited:
    """Post a return slip from the machine to its store, where the pieces are on their way until somebody takes them in.
    All or nothing, safe to repeat.

    Raises:
        Refused: no reason, nothing taken, more than a slot or the books have, a machine nobody supplies; all lines at
            once, on `work-0-pieces` and so on.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(machine_id)
    permissions.require(actor, permissions.REFILL, places)
    machine = _locking.lock([machine_id])[machine_id]
    print_ = _visits.fingerprint("take_back", machine_id, work, on, note)
    if done := _locking.answered_visit(command_id, print_):
        return _visits.proof(done, repeated=True)
    slots = _visits.slots_named(machine_id, [one.slot_id for one in work])
    store_id = machine.facility.supplied_by_id
    if store_id is None:
        raise Refused(N_("Nobody supplies this machine. Say under Facilities which store does."), code="no_supplier")
    raise_all(_problems(work, slots, note))

    receipt = return_stock(
        from_facility_id=machine_id, to_facility_id=store_id, lines=_lines(work, slots, places, on=on, note=note),
        on=on, note=note, actor=actor, command_id=uuid.uuid5(command_id, "return"), at=at,
    )  # fmt: skip
    for one in work:
        Slot.objects.filter(pk=one.slot_id).update(pieces=F("pieces") - one.pieces)
    visit = Visit(
        command_id=command_id, fingerprint=print_, kind=Visit.Kind.RETURN, machine=machine, giver_id=store_id,
        note=note.strip(), events=[receipt.event_id], stop=_visits.stop_on_route(stop_id, machine_id),
    )  # fmt: skip
    lines = [VisitLine(slot_id=one.slot_id, taken_out=one.pieces, why=WENT_BACK) for one in work]
    _visits.write(visit, lines, on=on, actor=actor, at=at)
    details = {"slip": number_of(visit), "pieces": sum(one.pieces for one in work)}
    audit.record(actor, "take_back_packs", "machines.visit", command_id, places.area_path, details, at)
    return _visits.proof(visit, repeated=False)


def _problems(work: Sequence[TakenBack], slots: Mapping[int, Slot], note: str) -> Iterable[Refused]:
    if not note.strip():
        yield Refused(N_("Say in the note why the packs go back."), field="note", code="note_needed")
    if not work:
        yield Refused(N_("Enter what was taken out at one slot at least."), code="no_lines")
    for index, one in enumerate(work):
        there = max(slots[one.slot_id].pieces, 0)
        if not 1 <= one.pieces <= there:
            yield Refused(
                N_("Slot {slot} holds {there} pieces by what was noted. Take that many at most, or count first."),
                field=f"work-{index}-pieces",
                code="too_little",
                slot=slots[one.slot_id].number,
                there=there,
            )


def _lines(
    work: Sequence[TakenBack], slots: Mapping[int, Slot], places: FacilityPlaces, *, on: date, note: str
) -> list[Wanted]:
    """One line a product, with its lots: those that were named first, then first expiry first.

    Raises:
        Refused: a slot of whose item, or of whose lot, the books have fewer.
    """
    lots = picking.lots_on_hand(places, [slots[one.slot_id].item.product_id for one in work])
    taken: dict[int, Counter[int]] = {}
    problems = []
    for index, one in sorted(enumerate(work), key=lambda row: row[1].lot_id is None):
        slot = slots[one.slot_id]
        chosen = taken.setdefault(slot.item.product_id, Counter())
        here = _left(lots.get(slot.item.product_id, []), slot, one, chosen)
        picked, missing = _found.lots_to_take(here, one.pieces, on=on)
        chosen += picked
        if missing:
            problems.append(_too_little(index, slot, one.pieces - missing))
    raise_all(problems)
    return [
        Wanted(product_id, sum(chosen.values()), chosen=tuple(sorted(chosen.items())), override_reason=note.strip())
        for product_id, chosen in sorted(taken.items())
    ]


def _left(lots: Sequence[LotOnHand], slot: Slot, one: TakenBack, taken: Mapping[int, int]) -> list[LotOnHand]:
    """Lots of the slot's item, or the one that was named, less what other lines have taken already."""
    return [
        lot._replace(pieces=lot.pieces - taken.get(lot.lot_id, 0))
        for lot in lots
        if lot.item_id == slot.item_id and one.lot_id in (None, lot.lot_id)
    ]


def _too_little(index: int, slot: Slot, there: int) -> Refused:
    return Refused(
        N_("Slot {slot}: only {there} pieces of this item or lot are in the books. Count the machine first."),
        field=f"work-{index}-pieces",
        code="too_little",
        slot=slot.number,
        there=there,
    )
