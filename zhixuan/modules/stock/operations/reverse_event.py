"""Undo a slip by a slip that says so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations import _loading, _posting, _release
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import slips, travels
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import EventKind, reversed_moves
from zhixuan.shared import events
from zhixuan.shared.access import Actor, the_one


@once
def reverse_event(*, event_id: int, reason: str, on: date, actor: Actor, command_id: UUID, at: datetime) -> Receipt:
    """Post the opposite of a slip, linked both ways. Nothing is erased. Safe to repeat.

    Raises:
        Refused: no reason, reversed already, a reversal itself, a transfer that was received, pieces used since.
        Unknown, Forbidden: see permissions.
    """
    original = the_one(Event.objects.select_related("place").filter(id=event_id))
    places = places_of(original.place.facility_id)
    roles = permissions.REVERSE_COUNT if original.kind == EventKind.COUNT else permissions.REVERSE
    permissions.require(actor, roles, places)
    if not reason.strip():
        raise Refused(N_("Say why the slip is reversed."), field="reason", code="note_needed")
    events.tell(events.SlipBeingReversed(event_id, places.facility_id))
    moves = reversed_moves(slips.moves_of(event_id))
    touched = {place_id for move in moves for place_id in (move.from_place_id, move.to_place_id)}
    _loading.lock_for_posting(places, on, at, *touched)
    _check_reversible(original, on)
    _release.check(places, moves, actor, at)
    _loading.check_enough(places, moves)
    _loading.check_later_balances(places, moves, on, at)

    slip = Slip(
        command_id,
        EventKind.REVERSAL,
        places.store_id,
        places.code,
        on,
        moves,
        suspense_ids=frozenset({places.suspense_id}),
        other_place_id=original.other_place_id,
        reverses_id=original.id,
        reference=original.reference,
        note=reason.strip(),
    )
    trace = Trace("reverse_event", places.area_path, {"reverses": event_id})
    receipt = _posting.post_one(slip, trace, actor=actor, at=at)
    told = events.SlipReversed(event_id, receipt.event_id, places.facility_id, on, reason.strip(), actor, at)
    events.tell(told)
    return receipt


def _check_reversible(original: Event, on: date) -> None:
    if original.kind == EventKind.REVERSAL:
        raise Refused(N_("A reversal cannot be reversed. Enter the slip again."), code="is_reversal")
    if original.kind == EventKind.CARD:
        raise Refused(
            N_("This slip comes from imported stock cards. Correct the file and import it again."), code="from_import"
        )
    if Event.objects.filter(reverses_id=original.id).exists():
        raise Refused(N_("This slip has been reversed already."), code="already_reversed")
    if slips.is_received(original.id):
        raise Refused(
            N_("The other side has received this transfer. Reverse that receipt first, or have it sent back."),
            code="received",
        )
    if travels.turned_up(original.id):
        raise Refused(
            N_("Pieces that were missing here have turned up since. Reverse that slip first."), code="turned_up"
        )
    if on < original.on:
        raise Refused(N_("The slip is of {day}; it cannot be reversed earlier."), field="on", day=original.on)
