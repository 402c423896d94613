"""May so many packs be taken at this machine? Asked by the machine before it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Limit, Machine
from zhixuan.modules.machines.operations import _pick_ups, _throttle
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.machines import limits as rules
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, the_one

ASKED_AN_HOUR_MAX = 240


@dataclass(frozen=True, slots=True)
class Allowance:
    """`packs` of those wanted may be taken; `packs_without` are given to whoever shows nothing."""

    packs: int
    packs_without: int


@transaction.atomic
def ask_pick_up(*, machine_id: int, blinded: str, packs: int, actor: Actor, at: datetime) -> Allowance:
    """How many of the wanted packs may be taken. Nothing is kept of the question but that one was asked.

    Args:
        blinded: what the machine made of the document with the key of its door; empty when none was shown.

    Raises:
        Refused: not 64 hexadecimal digits, or asked too often; the words never repeat what was sent.
        Unknown, Forbidden: see permissions.
    """
    permissions.require(actor, permissions.RECORD, places_of(machine_id))
    machine = the_one(Machine.objects.select_related("limit").filter(pk=machine_id))
    if blinded and not rules.BLINDED.fullmatch(blinded):
        raise Refused(
            N_("Send what the door's key makes of the document, never the document's number."), field="blinded"
        )
    if not 1 <= packs <= rules.PACKS_MAX:
        raise Refused(N_("Enter from 1 to {most} packs."), field="packs", most=rules.PACKS_MAX)
    limit = machine.limit if machine.limit and machine.limit.ended_at is None else None
    if limit is None:
        return Allowance(packs, packs)
    if blinded and not _throttle.passes("ask", str(machine_id), most=ASKED_AN_HOUR_MAX, at=at):
        raise Refused(N_("This machine has asked too often within the hour."), code="too_often")
    taken = _pick_ups.taken(limit, blinded, timezone.localtime(at).date()) if blinded else None
    return Allowance(rules.packs_allowed(as_rule(limit), taken=taken, wanted=packs), limit.packs_without)


def as_rule(limit: Limit) -> rules.Limit:
    """The limit as the rules know it."""
    return rules.Limit(limit.name_zh, limit.name_en, limit.packs, limit.days, limit.packs_without, limit.note)
