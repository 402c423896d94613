"""Take back into a store what was missing on arrival and has turned up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations import _loading, _posting
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import blocks, travels
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import recovering
from zhixuan.rules.stock.ledger import EventKind, Move
from zhixuan.shared.access import Actor, Unknown


@once
def recover_missing(
    *,
    arrival_id: int,
    facility_id: int,
    lines: Sequence[tuple[int, int]],
    on: date,
    note: str,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Move missing pieces of an arrival from “lost” into the store where they turned up. Safe to repeat.

    What is of a recalled lot goes into quarantine instead of the store.

    Args:
        arrival_id: the slip of the reception that named them missing.
        facility_id: the sender's (they had never left) or the receiver's (they were there after all).
        lines: (lot id, pieces).

    Raises:
        Refused: more than is missing, an arrival that was reversed, no note, a closed month.
        Unknown, Forbidden: see permissions; also a facility that has no part in this arrival.
    """
    arrival = _load(arrival_id, facility_id)
    places = places_of(facility_id)
    permissions.require(actor, permissions.RECEIVE_TRANSFER, places)
    ends = [place_id for place_id in (arrival.place_id, arrival.other_place_id) if place_id is not None]
    _loading.lock_for_posting(places, on, at, places.quarantine_id, *ends)
    _check(arrival, on, note)
    differing = travels.differences_of(arrival_id)
    names = {row["lot_id"]: row["lot__number"] for row in differing}
    recovering.settle(travels.still_missing(arrival_id), lines, lot_names=names)

    products = {row["lot_id"]: row["product_id"] for row in differing}
    recalled = blocks.blocked_lot_ids(places.area_path, products)
    into = {lot: places.quarantine_id if lot in recalled else places.store_id for lot in products}
    moves = tuple(Move(lot, products[lot], travels.LOST, into[lot], pieces, travels.TURNED_UP) for lot, pieces in lines)
    slip = Slip(
        command_id,
        EventKind.ADJUSTMENT,
        places.store_id,
        places.code,
        on,
        moves,
        answers_id=arrival.id,
        reference=arrival.reference,
        note=note.strip(),
        details={"reason": travels.TURNED_UP},
    )
    trace = Trace("recover_missing", places.area_path, {"arrival": arrival_id})
    return _posting.post_one(slip, trace, actor=actor, at=at)


def _load(arrival_id: int, facility_id: int) -> Event:
    arrival = Event.objects.select_related("place", "other_place").filter(id=arrival_id).first()
    if arrival is None or arrival.kind != EventKind.TRANSFER_IN or arrival.other_place is None:
        raise Unknown
    if facility_id not in (arrival.place.facility_id, arrival.other_place.facility_id):
        raise Unknown
    return arrival


def _check(arrival: Event, on: date, note: str) -> None:
    if Event.objects.filter(reverses_id=arrival.id).exists():
        raise Refused(N_("This reception was reversed: nothing is missing by it any more."), code="reversed")
    if on < arrival.on:
        raise Refused(N_("It was counted on {day}; nothing can turn up earlier."), field="on", day=arrival.on)
    if not note.strip():
        raise Refused(N_("Say where the pieces turned up and who saw them."), field="note", code="note_needed")
