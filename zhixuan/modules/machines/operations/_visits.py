"""What refills, counts and returns have in common: a numbered slip of the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from zhixuan.modules.machines.models import Slot, Stop, Visit, VisitLine
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import crypto
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Visited:
    """Proof of a visit; `repeated`: it had been noted before."""

    command_id: UUID
    number: str
    events: tuple[int, ...]
    repeated: bool = False


def fingerprint(verb: str, machine_id: int, lines: Sequence[Any], *more: object) -> str:
    told = [verb, machine_id, [asdict(line) for line in lines], *more]
    return crypto.fingerprint(json.dumps(told, default=str, sort_keys=True))


def proof(visit: Visit, *, repeated: bool) -> Visited:
    return Visited(visit.command_id, number_of(visit), tuple(visit.events), repeated)


def slots_named(machine_id: int, slot_ids: Sequence[int]) -> dict[int, Slot]:
    """The machine's slots by id.

    Raises:
        Refused: a line names a slot that the machine does not have (any more), or one twice.
    """
    slots = {slot.pk: slot for slot in queries.slots_of([machine_id])}
    if len(set(slot_ids)) != len(slot_ids) or not set(slot_ids) <= slots.keys():
        raise Refused(
            N_("The slots of this machine were changed meanwhile. Open the page afresh; what you typed is kept."),
            code="slots_changed",
        )
    return slots


def stop_on_route(stop_id: int | None, machine_id: int) -> Stop | None:
    """The stop of the round that this visit belongs to; None when it was taken off the round meanwhile."""
    return Stop.objects.filter(pk=stop_id, machine_id=machine_id).first() if stop_id else None


def write(visit: Visit, lines: Sequence[VisitLine], *, on: date, actor: Actor, at: datetime) -> Visit:
    """Number the visit and keep it. The machine is locked."""
    last = Visit.objects.filter(machine_id=visit.machine_id).aggregate(last=Max("number"))["last"] or 0
    visit.number, visit.on, visit.at = last + 1, on, at
    visit.actor_id, visit.actor_name = actor.user_id, actor.name[:150]
    visit.save(force_insert=True)
    for line in lines:
        line.visit = visit
    VisitLine.objects.bulk_create(lines)
    return visit
