"""Slips: what was posted, and the answer that a repeated command gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.ledger import EventKind, Move, PlaceKind, slip_number
from zhixuan.shared.access import Actor, the_one


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a posting.

    Args:
        repeated: the command had been carried out before; nothing was posted this time.
        details: what the operation wants shown again, such as the explanation of the lots taken.
    """

    event_id: int
    command_id: UUID
    kind: str
    slip: str
    on: date
    repeated: bool
    details: dict[str, Any]


def receipts_of(command_ids: Iterable[UUID]) -> dict[UUID, Receipt]:
    """Receipts of commands carried out earlier, by command id."""
    events = Event.objects.filter(command_id__in=list(command_ids)).values_list(
        "id", "command_id", "kind", "place__facility__code", "year", "number", "on", "details"
    )
    return {
        command_id: Receipt(event_id, command_id, kind, slip_number(code, year, number), on, True, details)
        for event_id, command_id, kind, code, year, number, on, details in events
    }


def events_for(actor: Actor) -> QuerySet[Event]:
    """Slips of the facilities in sight, and those that send to or answer them."""
    return Event.objects.filter(visible(actor, "place__facility") | visible(actor, "other_place__facility"))


def event(actor: Actor, event_id: int) -> Event:
    """One slip with its facility.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(
        events_for(actor)
        .select_related("place__facility", "other_place__facility", "reverses__place__facility", "answers")
        .filter(id=event_id)
    )


def movements_of(event_id: int) -> QuerySet[Movement]:
    """Lines of a slip in order, with lot, item, product and both places."""
    return (
        Movement.objects.filter(event_id=event_id)
        .select_related("lot__item", "product", "from_place", "to_place")
        .order_by("line")
    )


def moves_of(event_id: int) -> tuple[Move, ...]:
    """Lines of a slip as values for the rules."""
    rows = (
        Movement.objects.filter(event_id=event_id)
        .order_by("line")
        .values_list("lot_id", "product_id", "from_place_id", "to_place_id", "pieces", "reason")
    )
    return tuple(Move(*row) for row in rows)


def sent_on(event_id: int) -> date | None:
    """The day of a slip; None when there is none."""
    return Event.objects.filter(id=event_id).values_list("on", flat=True).first()


def awaiting_receipt(actor: Actor, *, facility_id: int | None = None) -> QuerySet[Event]:
    """Transfers and returns that are on their way and that nobody has received yet, oldest first."""
    answers = Event.objects.filter(answers=OuterRef("pk"), reversed_by=None)
    sent = Event.objects.filter(
        kind__in=[EventKind.TRANSFER_OUT, EventKind.RETURN], reversed_by=None, other_place__kind=PlaceKind.TRANSIT
    ).filter(~Exists(answers))
    if facility_id is not None:
        sent = sent.filter(other_place__facility_id=facility_id)
    return sent.filter(visible(actor, "other_place__facility")).order_by("on", "id")


def is_received(event_id: int) -> bool:
    """Somebody has received this transfer, and that receipt stands."""
    return _answers(event_id).exists()


def related(event: Event) -> dict[str, Event | None]:
    """Slips that this one reverses or answers, and those that reverse or answer it."""
    linked = Event.objects.select_related("place__facility")
    return {
        "reverses": linked.filter(id=event.reverses_id).first() if event.reverses_id else None,
        "reversed_by": linked.filter(reverses_id=event.id).first(),
        "answers": linked.filter(id=event.answers_id).first() if event.answers_id else None,
        "answered_by": receipt_of(event.id),
    }


def receipt_of(event_id: int) -> Event | None:
    """The slip with which the other side took this one in, if it stands; with its facility."""
    return _answers(event_id).select_related("place__facility").first()


def _answers(event_id: int) -> QuerySet[Event]:
    return Event.objects.filter(answers_id=event_id, reversed_by=None, kind=EventKind.TRANSFER_IN)


def events_of_lot(actor: Actor, lot_id: int) -> QuerySet[Event]:
    """Slips in sight that moved a lot, latest first."""
    moved = Movement.objects.filter(lot_id=lot_id).values("event_id")
    return events_for(actor).filter(id__in=moved).select_related("place__facility", "other_place__facility")


@dataclass(frozen=True, slots=True)
class Moved:
    """Pieces of one lot that a slip moved; `reason` says when they were damaged or missing on arrival."""

    product_id: int
    item_id: int
    lot_id: int
    pieces: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a slip.

    Args:
        reversed_by: id of the slip that reversed it, or None.
        received_by: id of the slip with which the other side took it in, or None.
        received_on: that day.
    """

    moved: tuple[Moved, ...]
    reversed_by: int | None
    received_by: int | None
    received_on: date | None
    received: tuple[Moved, ...]


def outcomes(event_ids: Iterable[int]) -> dict[int, Outcome]:
    """What became of each of these slips: three queries, however many."""
    ids = set(event_ids)
    reversals = dict(Event.objects.filter(reverses_id__in=ids).values_list("reverses_id", "id"))
    standing = Event.objects.filter(answers_id__in=ids, reversed_by=None)
    answers = {sent: (event_id, on) for sent, event_id, on in standing.values_list("answers_id", "id", "on")}
    moved: dict[int, list[Moved]] = {}
    rows = Movement.objects.filter(event_id__in=ids | {event_id for event_id, _on in answers.values()})
    for event_id, product_id, item_id, lot_id, pieces, reason in rows.order_by("event_id", "line").values_list(
        "event_id", "product_id", "lot__item_id", "lot_id", "pieces", "reason"
    ):
        moved.setdefault(event_id, []).append(Moved(product_id, item_id, lot_id, pieces, reason))
    found = {}
    for event_id in ids:
        received_by, received_on = answers.get(event_id, (None, None))
        received = tuple(moved.get(received_by, ())) if received_by is not None else ()
        found[event_id] = Outcome(
            tuple(moved.get(event_id, ())), reversals.get(event_id), received_by, received_on, received
        )
    return found
