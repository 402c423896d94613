"""Keep what machines told: by hand, from a file, or from the machine itself."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Batch, Machine, Slot
from zhixuan.modules.machines.operations import _locking, _pick_ups, _rows, _vends
from zhixuan.modules.machines.operations._rows import NewRecord
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries.records import known_keys, known_numbers
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.machines import records as rules
from zhixuan.rules.machines.records import Clock, Kind, Told
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit, crypto
from zhixuan.shared.access import Actor

RECORDS_MAX = 20_000


@dataclass(slots=True)
class Entry:
    """One record of one machine. `blinded` stands for a document shown for a pick-up limit: it is counted and dropped,
    never kept with the record (decisions/010)."""

    machine_id: int
    told: Told
    blinded: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch.

    Args:
        waiting: vends at slots that are not in the plan: kept, posted as soon as the slot is.
        doubted: records whose clock was wrong.
        numbers_again: records whose number the machine had used for something else.
        events: ids of the ledger's slips.
        repeated: the whole batch was recorded before.
    """

    new: int = 0
    known: int = 0
    vends: int = 0
    pieces: int = 0
    waiting: int = 0
    doubted: int = 0
    numbers_again: int = 0
    events: tuple[int, ...] = ()
    repeated: bool = False


@transaction.atomic
def record_batch(*, entries: Sequence[Entry], source: str, actor: Actor, command_id: UUID, at: datetime) -> Outcome:
    """Keep records and post their vends, all or nothing. Safe to repeat; late and out of order is fine.

    A vend has happened: it is never refused for want of stock, a closed month or a wrong clock. What was told before
    is left out, whatever batch it came in.

    Args:
        source: hand, file or machine.

    Raises:
        Refused: records that say nothing (no slot, no such number), all at once, on `records-0-slot` and so on.
        Unknown, Forbidden: see permissions.
    """
    machines, places = _load(entries, actor)
    fingerprint = _fingerprint(entries, source)
    if done := _locking.answered_batch(command_id, fingerprint):
        return replace(Outcome(**{**done.outcome, "events": tuple(done.outcome["events"])}), repeated=True)

    batch = Batch(command_id=command_id, fingerprint=fingerprint, source=source, actor_name=actor.name, at=at)
    rows, shown = _fresh(entries, machines, at)
    vends = [row for row in rows if row.kind is Kind.VEND and row.slot is not None]

    batch.save(force_insert=True)
    events = _vends.post(vends, places, actor=actor, command_id=command_id, at=at)
    _rows.write(rows, batch_id=command_id, received_at=at)
    _pick_ups.count(machines, shown, at=at)
    _note_heard(machines, rows)
    outcome = _outcome(rows, len(entries), events)
    Batch.objects.filter(pk=command_id).update(outcome=asdict(outcome))
    new = Counter(row.machine_id for row in rows)
    for machine_id, place in places.items():
        details = {"source": source, "new": new[machine_id]}
        audit.record(actor, "record_batch", "machines.machine", machine_id, place.area_path, details, at)
    return outcome


def _load(entries: Sequence[Entry], actor: Actor) -> tuple[dict[int, Machine], dict[int, FacilityPlaces]]:
    """Machines, held, and their places, once it is sure that the records say something and the actor may."""
    if not entries or len(entries) > RECORDS_MAX:
        raise Refused(N_("Send from 1 to {most} records at a time."), field="records", most=RECORDS_MAX)
    places = {machine_id: places_of(machine_id) for machine_id in sorted({one.machine_id for one in entries})}
    for place in places.values():
        permissions.require(actor, permissions.RECORD, place)
    raise_all(
        problem for index, one in enumerate(entries) for problem in rules.problems(one.told, prefix=f"records-{index}-")
    )
    return _locking.lock(places), places


def _fingerprint(entries: Sequence[Entry], source: str) -> str:
    """Of what was told; tokens leave no trace in it."""
    told = [(one.machine_id, _plain(one.told.happened_at), *one.told[2:], one.told.kind) for one in entries]
    return crypto.fingerprint(json.dumps([source, told]))


def _plain(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _fresh(
    entries: Sequence[Entry], machines: Mapping[int, Machine], at: datetime
) -> tuple[list[NewRecord], list[tuple[NewRecord, str]]]:
    """Rows that are not known yet; and those of them that came with what stands for a document shown."""
    slots: dict[tuple[int, int], list[Slot]] = defaultdict(list)
    for slot in queries.slots_ever(machines):
        slots[slot.machine_id, slot.number].append(slot)
    by_machine: dict[int, list[Entry]] = defaultdict(list)
    for one in entries:
        told = one.told
        if rules.tellable(told.happened_at) is not told.happened_at:
            one = replace(one, told=told._replace(happened_at=None))
        by_machine[one.machine_id].append(one)
    fresh: list[NewRecord] = []
    shown: list[tuple[NewRecord, str]] = []
    for machine_id, listed in sorted(by_machine.items()):
        numbers = known_numbers(machine_id, [one.told.number for one in listed])
        for key, one in _unknown(machine_id, listed, numbers):
            row = _row(one, key, slots, at)
            row.number_again = row.number in numbers
            if row.number is not None:
                numbers.add(row.number)
            fresh.append(row)
            if one.blinded:
                shown.append((row, one.blinded))
    return fresh, shown


def _unknown(machine_id: int, listed: Sequence[Entry], numbers: Set[int]) -> Iterator[tuple[str, Entry]]:
    """Entries that nobody told before, with their keys.

    A key holds the record's number: one whose number never came is new, and need not be looked for.
    """
    keys = rules.identities([one.told for one in listed])
    keyed = zip(keys, listed, strict=True)
    known = known_keys(machine_id, [key for key, one in keyed if one.told.number in numbers or one.told.number is None])
    for key, one in zip(keys, listed, strict=True):
        if key not in known:
            known.add(key)
            yield key, one


def _row(one: Entry, key: str, slots: Mapping[tuple[int, int], Sequence[Slot]], at: datetime) -> NewRecord:
    kind, happened_at, number, slot_number, pieces = one.told
    clock = rules.clock_of(happened_at, received_at=at)
    moment = happened_at if clock is Clock.GOOD and happened_at else at
    slot = _vends.slot_at(slots.get((one.machine_id, slot_number or 0), ()), moment)
    given = 0
    if kind is Kind.VEND:
        given = pieces or (slot.pieces_per_vend if slot is not None else 0)
    return NewRecord(one.machine_id, key, number, kind, slot_number, slot, given, happened_at, moment, clock)


def _note_heard(machines: Mapping[int, Machine], rows: Sequence[NewRecord]) -> None:
    moments: dict[int, datetime] = {}
    for row in rows:
        if row.machine_id not in moments or row.moment > moments[row.machine_id]:
            moments[row.machine_id] = row.moment
    for machine_id, machine in machines.items():
        latest = moments.get(machine_id)
        if latest is not None and (machine.last_heard_at is None or latest > machine.last_heard_at):
            Machine.objects.filter(pk=machine_id).update(last_heard_at=latest)


def _outcome(rows: Sequence[NewRecord], told: int, events: Sequence[int]) -> Outcome:
    vends = [row for row in rows if row.kind is Kind.VEND]
    return Outcome(
        new=len(rows),
        known=told - len(rows),
        vends=len(vends),
        pieces=sum(row.pieces for row in vends if row.event_id),
        waiting=sum(row.event_id is None for row in vends),
        doubted=sum(row.clock is not Clock.GOOD for row in rows),
        numbers_again=sum(row.number_again for row in rows),
        events=tuple(events),
    )
