"""Vends into the ledger: one dispensing a machine and day, and the slots they came from."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from zhixuan.modules.machines.models import Explanation, Record, Slot, VisitLine
from zhixuan.modules.machines.operations import _found
from zhixuan.modules.machines.operations._rows import NewRecord
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.queries.places import FacilityPlaces, closed_until
from zhixuan.rules.machines import records as rules
from zhixuan.rules.machines.records import Clock
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared import sql
from zhixuan.shared.access import Actor

Day = tuple[int, date]
"""(machine, day of the ledger)"""

Vend = Record | NewRecord
"""A vend that waited in the table, or one that comes now."""


def slot_at(versions: Sequence[Slot], moment: datetime) -> Slot | None:
    """Which item a slot held then: the latest version that had begun, else the first one; None: no such slot."""
    if len(versions) == 1:
        return versions[0]
    begun = [slot for slot in versions if slot.since <= moment]
    return (begun or list(versions[:1]) or [None])[-1]  # type: ignore[list-item]


def post(
    rows: Iterable[Vend], places: Mapping[int, FacilityPlaces], *, actor: Actor, command_id: UUID, at: datetime
) -> list[int]:
    """Post vends whose slot is known; each gets the slip that holds it. The machines are locked.

    What the slots lose is noted too, except what a count has already found missing: that count is then explained.

    Returns:
        ids of the slips.
    """
    by_day = _by_day(rows, places, at)
    late = _late([row for listed in by_day.values() for row in listed])
    events = []
    lost: Counter[int] = Counter()
    for (machine_id, day), listed in sorted(by_day.items(), key=lambda one: one[0]):
        by_line, taken = _explain(late, listed), _by_slot(listed)
        explained = _explained_by_slot(by_line, taken)
        name = f"{machine_id}/{day.isoformat()}"
        said: dict[str, Any] = {"on": day, "actor": actor, "at": at}
        found_id = None
        if explained:
            again = uuid.uuid5(command_id, f"explained/{name}")
            found_id = _found.put_back(places[machine_id], explained, command_id=again, **said)
        receipt = dispense(
            facility_id=machine_id,
            lines=_lines(taken),
            already_happened=True,
            note=f"自助发放 {len(listed)} 次 · {len(listed)} × vend",
            command_id=uuid.uuid5(command_id, f"vends/{name}"),
            **said,
        )
        for row in listed:
            row.event_id = receipt.event_id
        events.append(receipt.event_id)
        if found_id:
            _note_explained(by_line, vends=receipt.event_id, found=found_id)
        for slot, pieces in taken.items():
            lost[slot.pk] += pieces - explained[slot]
    _take_from_slots(lost)
    return events


def _by_day(rows: Iterable[Vend], places: Mapping[int, FacilityPlaces], at: datetime) -> dict[Day, list[Vend]]:
    """Vends by machine and day of the ledger: the rule is asked once for all that were told of a day."""
    here = timezone.get_current_timezone()
    by_told: dict[tuple[int, str, date | None], list[Vend]] = defaultdict(list)
    for row in rows:
        told = row.happened_at.astimezone(here).date() if row.happened_at and row.clock == Clock.GOOD else None
        by_told[row.machine_id, row.clock, told].append(row)
    closed = {machine_id: closed_until(place.store_id) for machine_id, place in places.items()}
    received = at.astimezone(here).date()
    by_day: dict[Day, list[Vend]] = defaultdict(list)
    for (machine_id, clock, told), listed in by_told.items():
        until = closed[machine_id]
        day = rules.ledger_day(told, clock=Clock(clock), received_day=received, closed_until=until)
        by_day[machine_id, day] += listed
    return by_day


def _by_slot(listed: Iterable[Vend]) -> Counter[Slot]:
    """Pieces that came out of each slot."""
    slots, taken = dict[int, Slot](), Counter[int]()
    for row in listed:
        slot = _slot(row)
        slots[slot.id] = slot
        taken[slot.id] += row.pieces
    return Counter({slots[slot_id]: pieces for slot_id, pieces in taken.items()})


def _lines(taken: Mapping[Slot, int]) -> list[Wanted]:
    """By product, first expiry first: a machine does not tell which brand of a product it gave."""
    pieces: Counter[int] = Counter()
    for slot, count in taken.items():
        pieces[slot.item.product_id] += count
    return [Wanted(product_id, count) for product_id, count in sorted(pieces.items())]


def _slot(row: Vend) -> Slot:
    if row.slot is None:
        raise ValueError("a vend is posted once its slot is known")
    return row.slot


def _late(rows: Sequence[Vend]) -> list[VisitLine]:
    """Counts that found something missing after one of these vends, earliest first."""
    slots = {row.slot_id for row in rows}
    if not slots:
        return []
    earliest = min(row.moment for row in rows)
    lines = VisitLine.objects.filter(
        slot_id__in=slots, visit__at__gt=earliest, counted__lt=F("expected") - F("explained")
    )
    return list(lines.select_related("visit").order_by("visit__at"))


def _explain(late: Sequence[VisitLine], listed: Iterable[Vend]) -> Counter[VisitLine]:
    """Pieces of vends that a later count had found missing, by the line of that count; noted with it."""
    explained: Counter[VisitLine] = Counter()
    if not late:
        return explained
    for row in listed:
        for line in late:
            if line.slot_id != row.slot_id or line.visit.at <= row.moment:
                continue
            pieces = min(row.pieces, (line.expected or 0) - (line.counted or 0) - line.explained)
            if pieces > 0:
                line.explained += pieces
                explained[line] += pieces
                break
    VisitLine.objects.bulk_update(explained, ["explained"])
    return explained


def _explained_by_slot(by_line: Mapping[VisitLine, int], taken: Iterable[Slot]) -> Counter[Slot]:
    slots = {slot.pk: slot for slot in taken} if by_line else {}
    explained: Counter[Slot] = Counter()
    for line, pieces in by_line.items():
        explained[slots[line.slot_id]] += pieces
    return explained


def _note_explained(by_line: Mapping[VisitLine, int], *, vends: int, found: int) -> None:
    Explanation.objects.bulk_create(
        Explanation(line=line, vends_id=vends, found_id=found, pieces=pieces) for line, pieces in by_line.items()
    )


def _take_from_slots(lost: Mapping[int, int]) -> None:
    fewer = [(pieces, slot_id) for slot_id, pieces in sorted(lost.items()) if pieces]
    sql.write("UPDATE machines_slot SET pieces = pieces - %s WHERE id = %s", fewer)
