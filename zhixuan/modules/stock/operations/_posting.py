"""The only code that writes events, movements and balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations import _digests, _rows
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import EventKind, Move, net_changes, slip_number
from zhixuan.shared.access import Actor

SEALER_LOCK = 7_402_011
"""PostgreSQL advisory lock: posters share it, the sealer holds it alone for an instant (see seal_ledger)."""


@dataclass(frozen=True, slots=True)
class Slip:
    """An event that is ready to be posted: numbers and digests are given when it is."""

    command_id: UUID
    kind: EventKind
    place_id: int
    facility_code: str
    on: date
    moves: tuple[Move, ...]
    suspense_ids: frozenset[int] = frozenset()
    other_place_id: int | None = None
    reverses_id: int | None = None
    answers_id: int | None = None
    reference: str = ""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def lock_places(place_ids: Iterable[int]) -> None:
    """Make everyone else wait who wants to post at these places, always in the same order.

    On SQLite the write transaction itself is that lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, pg_advisory_xact_lock_shared(%s) FROM stock_place WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                [SEALER_LOCK, sorted(set(place_ids))],
            )


def post(slips: Sequence[Slip], *, actor: Actor, at: datetime) -> list[Receipt]:
    """Write events with their movements and move the balances. The caller holds the locks of the places.

    Args:
        slips: in the order of their numbers; each with at least one movement.
        at: now, aware.

    Raises:
        Refused: a balance would become negative.
    """
    numbers = _next_numbers(slips)
    ids = _rows.next_event_ids(len(slips))
    receipts: list[Receipt] = []
    events: list[Event] = []
    movements: list[_rows.MovementRow] = []
    for slip, event_id, number in zip(slips, ids, numbers, strict=True):
        event = _event(slip, event_id, number, actor, at)
        event.digest = _digests.of_event(event, slip.moves)
        events.append(event)
        movements.extend(_rows.movement_rows(event_id, slip))
        shown = slip_number(slip.facility_code, event.year, number)
        receipts.append(Receipt(event_id, slip.command_id, slip.kind, shown, slip.on, False, slip.details))
    _rows.insert_events(events)
    _rows.insert_movements(movements)
    _move_balances(slips)
    return receipts


def _event(slip: Slip, event_id: int, number: int, actor: Actor, at: datetime) -> Event:
    return Event(
        id=event_id,
        command_id=slip.command_id,
        kind=slip.kind.value,
        place_id=slip.place_id,
        year=slip.on.year,
        number=number,
        on=slip.on,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        other_place_id=slip.other_place_id,
        reverses_id=slip.reverses_id,
        answers_id=slip.answers_id,
        reference=slip.reference,
        note=slip.note,
        details=slip.details,
    )


def _next_numbers(slips: Sequence[Slip]) -> Iterator[int]:
    """Numbers without gaps: the counter moves in the transaction that uses them."""
    wanted = Counter((slip.place_id, slip.on.year) for slip in slips)
    upcoming = {}
    for (place_id, year), count in sorted(wanted.items()):
        last = _rows.advance_counter(place_id, year, count)
        upcoming[place_id, year] = iter(range(last - count + 1, last + 1))
    for slip in slips:
        yield next(upcoming[slip.place_id, slip.on.year])


def _move_balances(slips: Sequence[Slip]) -> None:
    moves = [move for slip in slips for move in slip.moves]
    suspense = frozenset().union(*(slip.suspense_ids for slip in slips))
    products = {move.lot_id: move.product_id for move in moves}
    # What comes out even still has a balance: nought.
    even = {(place_id, move.lot_id): 0 for move in moves for place_id in (move.from_place_id, move.to_place_id)}
    changes = sorted(
        (place_id, lot_id, pieces)
        for (place_id, lot_id), pieces in (even | net_changes(moves)).items()
        if place_id not in _rows.OUTSIDE_IDS
    )
    gains = [
        (place, lot, products[lot], pieces, place in suspense)
        for place, lot, pieces in changes
        if pieces >= 0 or place in suspense
    ]
    losses = [(-pieces, place, lot) for place, lot, pieces in changes if pieces < 0 and place not in suspense]
    _rows.add_to_balances(gains)
    if _rows.take_from_balances(losses) != len(losses):
        raise too_little()


def too_little() -> Refused:
    """The database's own refusal of a negative balance, as a sentence."""
    return Refused(N_("There is less in stock than that. Look at the stock card and try again."), code="too_little")
