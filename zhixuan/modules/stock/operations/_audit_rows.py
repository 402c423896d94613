"""Checks of single rows: digests, numbers, seals, triggers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from django.db import connection

from zhixuan.modules.stock.models import Event, Lot, Movement, Seal, SlipCounter
from zhixuan.modules.stock.operations import _digests
from zhixuan.rules.stock.ledger import Move

GUARDED = ("stock_event", "stock_movement", "stock_seal", "stock_lot")
PAGE = 2000

Line = tuple[int, date, Move | None]


def missing_triggers() -> Iterator[tuple[str, str]]:
    """The database must itself refuse to change the ledger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
            suffixes = ("_only_added", "_not_emptied")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            suffixes = ("_no_update", "_no_delete")
        present = {row[0] for row in cursor.fetchall()}
    for table in GUARDED:
        for suffix in suffixes:
            if f"{table}{suffix}" not in present:
                yield table, f"the trigger {table}{suffix} is missing"


def changed_lots() -> Iterator[tuple[str, str]]:
    for lot in Lot.objects.order_by("id").iterator(PAGE):
        if lot.digest != _digests.of_lot(lot):
            yield f"stock_lot {lot.id}", f"lot {lot.number or '-'} was changed or added outside the program"


def changed_events() -> Iterator[tuple[str, str]]:
    """Events page by page with their movements, merged by id."""
    last_id = -(2**63)
    while events := list(Event.objects.filter(id__gt=last_id).order_by("id")[:PAGE]):
        moves = _moves_between(last_id, events[-1].id)
        for event in events:
            fault = _event_fault(event, moves.pop(event.id, []))
            if fault:
                yield f"stock_event {event.id}", fault
        for event_id in moves:
            yield f"stock_movement {event_id}", "movements without an event"
        last_id = events[-1].id
    for event_id in Movement.objects.filter(event_id__gt=last_id).values_list("event_id", flat=True).distinct():
        yield f"stock_movement {event_id}", "movements without an event"


def _event_fault(event: Event, lines: list[Line]) -> str:
    if not lines or [number for number, _on, _move in lines] != list(range(1, len(lines) + 1)):
        return "its lines are not numbered 1, 2, 3 ...: one is missing or added"
    if any(on != event.on for _number, on, _move in lines):
        return "a movement bears another day than its event"
    moves = [move for _number, _on, move in lines if move is not None]
    if len(moves) != len(lines) or event.digest != _digests.of_event(event, moves):
        return "the event or one of its movements was changed outside the program"
    return ""


def _moves_between(after: int, upto: int) -> dict[int, list[Line]]:
    rows = (
        Movement.objects.filter(event_id__gt=after, event_id__lte=upto)
        .order_by("event_id", "line")
        .values_list(
            "event_id", "line", "on", "lot_id", "product_id", "from_place_id", "to_place_id", "pieces", "reason"
        )
    )
    return {
        event_id: [(row[1], row[2], _move(row[3:])) for row in lines]
        for event_id, lines in groupby(rows, lambda r: r[0])
    }


def _move(values: tuple[int, int, int, int, int, str]) -> Move | None:
    """A tampered row may not even be a movement: then its digest cannot match either."""
    try:
        return Move(*values)
    except (ValueError, TypeError):
        return None


def missing_slips() -> Iterator[tuple[str, str]]:
    """Numbers run 1, 2, 3 ... for each place and year, up to the counter."""
    counters = {(c.place_id, c.year): c.last for c in SlipCounter.objects.all()}
    rows = Event.objects.order_by("place_id", "year", "number").values_list("place_id", "year", "number")
    for key, group in groupby(rows.iterator(PAGE), lambda row: (row[0], row[1])):
        expected = 0
        for _place, _year, number in group:
            expected += 1
            if number != expected:
                yield f"stock_event place {key[0]} year {key[1]}", f"slip number {expected} is missing"
                expected = number
        last = counters.pop(key, None)
        if last != expected:
            yield f"stock_slipcounter {key[0]}, {key[1]}", f"the counter says {last}, the last slip is {expected}"
    for (place_id, year), last in counters.items():
        yield f"stock_slipcounter {place_id}, {year}", f"the counter says {last}, but there are no slips"


def broken_seals() -> Iterator[tuple[str, str]]:
    """Every seal is over exactly the events that are there, in a chain from the first event."""
    previous_digest, previous_last = "", -(2**63)
    for seal in Seal.objects.order_by("id").iterator(PAGE):
        links = list(
            Event.objects.filter(id__gt=previous_last, id__lte=seal.last_event_id)
            .order_by("id")
            .values_list("id", "digest")
        )
        found = (len(links), links[0][0] if links else None, _digests.of_chain(previous_digest, links))
        if found != (seal.events, seal.first_event_id, seal.digest):
            yield (
                f"stock_seal {seal.id}",
                f"events {seal.first_event_id} to {seal.last_event_id} are not the {seal.events} that were sealed",
            )
        previous_digest, previous_last = seal.digest, seal.last_event_id
