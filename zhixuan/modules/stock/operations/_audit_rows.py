"""Checks of single rows: digests, numbers, seals, triggers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TypeVar

from django.db import connection
from django.db.models import ForeignKey, Model, QuerySet

from zhixuan.modules.stock.models import (
    Balance,
    Event,
    Lot,
    MonthBalance,
    MonthClose,
    Movement,
    Place,
    Seal,
    SlipCounter,
)
from zhixuan.modules.stock.operations import _digests, _head
from zhixuan.rules.stock.ledger import Move

GUARDED = ("stock_event", "stock_movement", "stock_seal", "stock_lot")
PAGE = 2000
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
Row = TypeVar("Row", bound=Model)

Line = tuple[int, date, Move | None]


def missing_triggers() -> Iterator[tuple[str, str]]:
    """The database must itself refuse to change the ledger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid "
                "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND prosrc LIKE '%RAISE EXCEPTION%'"
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
    for table in GUARDED:
        for name, words in _triggers_of(table):
            if name not in present:
                yield table, f"the trigger {name} is missing"
            elif not all(word in present[name] for word in words):
                yield table, f"the trigger {name} was replaced"


def _triggers_of(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of the triggers, and what their definitions must say."""
    if connection.vendor == "postgresql":
        does = "EXECUTE FUNCTION stock_only_added()"
        yield f"{table}_only_added", ("BEFORE DELETE OR UPDATE ON", f"{table} FOR EACH ROW {does}")
        yield f"{table}_not_emptied", ("BEFORE TRUNCATE ON", f"{table} FOR EACH STATEMENT {does}")
    else:
        for verb in ("UPDATE", "DELETE"):
            yield f"{table}_no_{verb.lower()}", (f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT,",)


def changed_lots() -> Iterator[tuple[str, str]]:
    # SQLite keeps any rubbish in a column of dates, and then it reads as no date at all.
    dated = set(Lot.objects.exclude(made_on=None).values_list("id", flat=True))
    for lot_id, lot in _each(Lot.objects.order_by("id")):
        if lot is None or lot.digest != _digests.of_lot(lot) or (lot.made_on is None and lot_id in dated):
            yield f"stock_lot {lot_id}", "this lot was changed or added outside the program"


def changed_events() -> Iterator[tuple[str, str]]:
    """Events page by page with their movements, merged by id."""
    last_id = -(2**63)
    while ids := list(Event.objects.filter(id__gt=last_id).order_by("id").values_list("id", flat=True)[:PAGE]):
        moves = _moves_between(last_id, ids[-1])
        for event_id, event in _each(Event.objects.filter(id__gt=last_id, id__lte=ids[-1]).order_by("id")):
            fault = _event_fault(event, moves.pop(event_id, []))
            if fault:
                yield f"stock_event {event_id}", fault
        for event_id in moves:
            yield f"stock_movement {event_id}", "movements without an event"
        last_id = ids[-1]
    for event_id in Movement.objects.filter(event_id__gt=last_id).values_list("event_id", flat=True).distinct():
        yield f"stock_movement {event_id}", "movements without an event"


def _each(rows: QuerySet[Row]) -> Iterator[tuple[int, Row | None]]:
    """Rows with their ids, None for a row that cannot even be read; one by one only when one of them cannot."""
    try:
        yield from [(row.pk, row) for row in rows]
    except UNREADABLE:
        for row_id in rows.values_list("pk", flat=True):
            try:
                yield row_id, rows.get(pk=row_id)
            except UNREADABLE:
                yield row_id, None


def _event_fault(event: Event | None, lines: list[Line]) -> str:
    if event is None:
        return "it cannot be read: it was changed outside the program"
    if not lines or [number for number, _on, _move in lines] != list(range(1, len(lines) + 1)):
        return "its lines are not numbered 1, 2, 3 ...: one is missing or added"
    if any(on != event.on for _number, on, _move in lines):
        return "a movement bears another day than its event"
    moves = [move for _number, _on, move in lines if move is not None]
    if len(moves) != len(lines) or event.digest != _digest_of(event, moves):
        return "the event or one of its movements was changed outside the program"
    return ""


def _digest_of(event: Event, moves: list[Move]) -> str:
    """Empty when a column holds what it never could."""
    try:
        return _digests.of_event(event, moves)
    except UNREADABLE:
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
    """Every seal is over exactly the events that are there, in a chain from the first event to the end noted."""
    previous_digest, previous_last, number = "", -(2**63), 0
    for seal in Seal.objects.order_by("id").iterator(PAGE):
        number += 1
        links = list(
            Event.objects.filter(id__gt=previous_last, id__lte=seal.last_event_id)
            .order_by("id")
            .values_list("id", "digest")
        )
        found = (number, len(links), links[0][0] if links else None, links[-1][0] if links else None)
        said = (seal.id, seal.events, seal.first_event_id, seal.last_event_id)
        if found != said or seal.digest != _digests.of_seal(seal, previous_digest, links):
            yield (
                f"stock_seal {seal.id}",
                f"events {seal.first_event_id} to {seal.last_event_id} are not the {seal.events} that were sealed",
            )
        previous_digest, previous_last, number = seal.digest, seal.last_event_id, seal.id
    yield from _head.lost_end()


def dangling_rows() -> Iterator[tuple[str, str]]:
    """What a row points at is there, also where the database was kept from looking."""
    for model in (Event, Movement, Balance, SlipCounter, MonthClose, MonthBalance, Lot, Place):
        for field in model._meta.concrete_fields:
            if not isinstance(field, ForeignKey):
                continue
            table, target = model._meta.db_table, field.target_field.model._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT own.{field.column} FROM {table} own LEFT JOIN {target} other "  # noqa: S608 (names)
                    f"ON other.id = own.{field.column} WHERE other.id IS NULL AND own.{field.column} IS NOT NULL"
                )
                missing = [row[0] for row in cursor.fetchall()]
            for key in missing:
                yield f"{target} {key}", f"this row is gone, but {table}.{field.column} points at it"
