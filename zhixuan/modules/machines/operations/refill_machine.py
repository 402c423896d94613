"""Refill a machine: out with what is expired or damaged, in with what was brought, sent and received in one visit."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Slot, Visit, VisitLine
from zhixuan.modules.machines.operations import _found, _locking, _visits
from zhixuan.modules.machines.operations._visits import Visited
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries import picking, slips
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.fefo import LotOnHand, Wanted
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

TAKEN_OUT_FOR = ("expired", "damaged")
NOTE = "自取机补货 · machine refill"


@dataclass(frozen=True, slots=True)
class SlotWork:
    """What was done at a slot; `why` of TAKEN_OUT_FOR when something was taken out."""

    slot_id: int
    loaded: int = 0
    taken_out: int = 0
    why: str = ""


@transaction.atomic
def refill_machine(
    *,
    machine_id: int,
    giver_id: int,
    work: Sequence[SlotWork],
    on: date,
    note: str = "",
    stop_id: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Visited:
    """Post a visit: write-offs at the machine, a transfer from the store and its receipt, slot by slot. All or nothing,
    safe to repeat.

    Raises:
        Refused: nothing was done, more than fits, more taken out than the books have, what the store cannot send; all
            lines at once, on `work-0-loaded` and so on.
        Unknown, Forbidden: see permissions; the actor must be allowed to send at the store too.
    """
    places = places_of(machine_id)
    permissions.require(actor, permissions.REFILL, places)
    machine = _locking.lock([machine_id])[machine_id]
    print_ = _visits.fingerprint("refill", machine_id, work, giver_id, on, note)
    if done := _locking.answered_visit(command_id, print_):
        return _visits.proof(done, repeated=True)
    slots = _visits.slots_named(machine_id, [one.slot_id for one in work])
    raise_all(_problems(work, slots))

    said = {"on": on, "actor": actor, "at": at}
    events = [*_write_off(work, slots, places, command_id, note, said)]
    events += _move_in(work, slots, giver_id, machine_id, command_id, said)
    for one in work:
        Slot.objects.filter(pk=one.slot_id).update(pieces=F("pieces") + one.loaded - one.taken_out)
    visit = Visit(
        command_id=command_id, fingerprint=print_, kind=Visit.Kind.REFILL, machine=machine, giver_id=giver_id,
        note=note.strip(), events=events, stop=_visits.stop_on_route(stop_id, machine_id),
    )  # fmt: skip
    lines = [
        VisitLine(slot_id=one.slot_id, loaded=one.loaded, taken_out=one.taken_out, why=one.why if one.taken_out else "")
        for one in work
    ]
    _visits.write(visit, lines, on=on, actor=actor, at=at)
    details = {"slip": number_of(visit), "loaded": sum(one.loaded for one in work)}
    audit.record(actor, "refill_machine", "machines.visit", command_id, places.area_path, details, at)
    return _visits.proof(visit, repeated=False)


def _problems(work: Sequence[SlotWork], slots: Mapping[int, Slot]) -> Iterable[Refused]:
    if not any(one.loaded or one.taken_out for one in work):
        yield Refused(N_("Enter what was loaded or taken out at one slot at least."), code="no_lines")
    for index, one in enumerate(work):
        slot = slots[one.slot_id]
        if one.loaded < 0 or one.taken_out < 0:
            yield Refused(N_("Enter 0 pieces or more."), field=f"work-{index}-loaded")
        if one.loaded > slot.capacity:
            yield Refused(
                N_("Slot {slot} holds {capacity} pieces at most."),
                field=f"work-{index}-loaded",
                slot=slot.number,
                capacity=slot.capacity,
            )
        if one.loaded and not slot.active:
            yield Refused(
                N_("Slot {slot} is not in use. Put it into use first."), field=f"work-{index}-loaded", slot=slot.number
            )
        if one.taken_out and one.why not in TAKEN_OUT_FOR:
            yield Refused(N_("Say why it was taken out: expired or damaged."), field=f"work-{index}-why")


def _write_off(
    work: Sequence[SlotWork],
    slots: Mapping[int, Slot],
    places: FacilityPlaces,
    command_id: UUID,
    note: str,
    said: dict[str, Any],
) -> Iterable[int]:
    """One write-off a reason; lots first expiry first, for what expired only those that have."""
    for reason in TAKEN_OUT_FOR:
        listed = [(index, one) for index, one in enumerate(work) if one.taken_out and one.why == reason]
        if not listed:
            continue
        products = {slots[one.slot_id].item.product_id for _index, one in listed}
        lots = picking.lots_on_hand(places, products)
        lines: Counter[int] = Counter()
        problems = []
        for index, one in listed:
            here = _left(lots.get(slots[one.slot_id].item.product_id, []), lines)
            taken, missing = _found.lots_to_take(
                here,
                one.taken_out,
                on=said["on"],
                expired_only=reason == "expired",
            )
            lines += taken
            if missing:
                problems.append(_too_little(index, slots[one.slot_id], one.taken_out - missing, reason))
        raise_all(problems)
        yield adjust_stock(
            facility_id=places.facility_id, reason_code=reason, lines=sorted(lines.items()), note=note or NOTE,
            command_id=uuid.uuid5(command_id, reason), **said,
        ).event_id  # fmt: skip


def _left(lots: Sequence[LotOnHand], taken: Mapping[int, int]) -> list[LotOnHand]:
    return [lot._replace(pieces=lot.pieces - taken.get(lot.lot_id, 0)) for lot in lots]


def _too_little(index: int, slot: Slot, there: int, reason: str) -> Refused:
    sentences = {
        "expired": N_(
            "Slot {slot}: only {there} expired pieces of this item are in the books. Count the machine first."
        ),
        "damaged": N_("Slot {slot}: only {there} pieces of this item are in the books. Count the machine first."),
    }
    return Refused(sentences[reason], field=f"work-{index}-taken_out", slot=slot.number, there=there)


def _move_in(
    work: Sequence[SlotWork],
    slots: Mapping[int, Slot],
    giver_id: int,
    machine_id: int,
    command_id: UUID,
    said: dict[str, Any],
) -> list[int]:
    """Send and receive what was loaded; nothing for a visit that only took things out."""
    pieces: Counter[tuple[int, int]] = Counter()
    packs: dict[int, int] = {}
    first: dict[tuple[int, int], int] = {}
    for index, one in enumerate(work):
        if one.loaded:
            item = slots[one.slot_id].item
            pieces[item.product_id, item.pk] += one.loaded
            packs[item.pk] = item.pieces_per_pack
            first.setdefault((item.product_id, item.pk), index)
    if not pieces:
        return []
    wanted = [
        Wanted(product_id, count, item_id=item_id, whole_packs=count % packs[item_id] == 0)
        for (product_id, item_id), count in pieces.items()
    ]
    try:
        sent = send_transfer(
            from_facility_id=giver_id, to_facility_id=machine_id, lines=wanted, note=NOTE,
            command_id=uuid.uuid5(command_id, "send"), **said,
        )  # fmt: skip
    except Refused as refused:
        raise _beside(refused, list(first.values())) from None
    arrived: Counter[int] = Counter()
    for move in slips.moves_of(sent.event_id):
        arrived[move.lot_id] += move.pieces
    received = receive_transfer(
        transfer_id=sent.event_id, lines=[Arrived(lot_id, count) for lot_id, count in sorted(arrived.items())],
        command_id=uuid.uuid5(command_id, "receive"), **said,
    )  # fmt: skip
    assert received.kind == EventKind.TRANSFER_IN  # noqa: S101  (what the receipt promises)
    return [sent.event_id, received.event_id]


def _beside(refused: Refused, rows: Sequence[int]) -> Refused:
    """Say it at the slot the refused line came from."""
    for reason in refused.reasons:
        index = reason.field.removeprefix("lines-").partition("-")[0]
        if index.isdigit() and int(index) < len(rows):
            reason.field = f"work-{rows[int(index)]}-loaded"
            reason.fields["row"] = rows[int(index)] + 1
    return Refused.many(refused.reasons)
