"""Receive what another facility sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations import _flow, _loading, _posting
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import blocks, slips
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import receiving
from zhixuan.rules.stock.flow import Checked, Deed
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, Move, PlaceKind
from zhixuan.rules.stock.receipt_back import DAMAGED, MISSING
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Actor, the_one


@once
def receive_transfer(
    *,
    transfer_id: int,
    lines: Sequence[Arrived],
    on: date,
    note: str = "",
    checked: Checked | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Take in a transfer or a return: accepted into the store, damaged and missing named. Safe to repeat.

    What is of a recalled lot goes into quarantine instead of the store.

    Args:
        checked: who drew and who checked the goods-receipt note; needed where two people take goods in.

    Raises:
        Refused: pieces not accounted for (all lots at once), received already, reversed, a difference without a note, a
            day on which the goods were not on their way, two people needed who have not seen it.
        Unknown, Forbidden: see permissions.
    """
    sent = _load(transfer_id)
    places = places_of(sent.other_place.facility_id if sent.other_place else None)
    permissions.require(actor, permissions.RECEIVE_TRANSFER, places)
    seen = _flow.check(places, Deed.RECEIPT, checked, at)
    _loading.lock_for_posting(places, on, at, places.transit_id, places.quarantine_id)
    _check_open(sent, on)
    pieces, names = _sent_lots(sent.id)
    counted = receiving.settle(pieces, lines, lot_names=names)
    if any(line.damaged or line.missing for line in counted) and not note.strip():
        raise Refused(N_("Say in the note what was damaged or missing."), field="note", code="note_needed")

    moves = _moves(counted, {move.lot_id: move.product_id for move in slips.moves_of(sent.id)}, places)
    _loading.check_later_balances(places, moves, on, at)
    difference = {"damaged": sum(line.damaged for line in counted), "missing": sum(line.missing for line in counted)}
    slip = Slip(
        command_id,
        EventKind.TRANSFER_IN,
        places.store_id,
        places.code,
        on,
        moves,
        other_place_id=sent.place_id,
        answers_id=sent.id,
        reference=sent.reference,
        note=note.strip(),
        details={"difference": difference, **seen},
    )
    trace = Trace("receive_transfer", places.area_path, difference)
    return _posting.post_one(slip, trace, actor=actor, at=at)


def _load(transfer_id: int) -> Event:
    return the_one(
        Event.objects.select_related("other_place").filter(
            id=transfer_id, kind__in=[EventKind.TRANSFER_OUT, EventKind.RETURN], other_place__kind=PlaceKind.TRANSIT
        )
    )


def _check_open(sent: Event, on: date) -> None:
    if Event.objects.filter(reverses_id=sent.id).exists():
        raise Refused(N_("This transfer was taken back by the sender."), code="transfer_reversed")
    if slips.is_received(sent.id):
        raise Refused(N_("This transfer has been received already."), code="already_received")
    if on < sent.on:
        raise Refused(N_("It was sent on {day}; it cannot arrive earlier."), field="on", day=sent.on)


def _sent_lots(event_id: int) -> tuple[dict[int, int], dict[int, str]]:
    """Pieces sent and the number, by lot."""
    pieces: dict[int, int] = {}
    names: dict[int, str] = {}
    for line in slips.movements_of(event_id):
        pieces[line.lot_id] = pieces.get(line.lot_id, 0) + line.pieces
        names[line.lot_id] = line.lot.number
    return pieces, names


def _moves(counted: Sequence[Arrived], products: dict[int, int], places: FacilityPlaces) -> tuple[Move, ...]:
    recalled = blocks.blocked_lot_ids(places.area_path, products)
    damaged, lost = OUTSIDE_PLACE_IDS[PlaceKind.DAMAGED], OUTSIDE_PLACE_IDS[PlaceKind.LOST]
    moves = []
    for line in counted:
        is_recalled = line.lot_id in recalled
        for to_place, pieces, reason in (
            (
                places.quarantine_id if is_recalled else places.store_id,
                line.accepted,
                "recalled" if is_recalled else "",
            ),
            (damaged, line.damaged, DAMAGED),
            (lost, line.missing, MISSING),
        ):
            if pieces:
                moves.append(Move(line.lot_id, products[line.lot_id], places.transit_id, to_place, pieces, reason))
    return tuple(moves)
