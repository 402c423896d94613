"""Say what one knows about goods that were counted other than they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.orders.models import DifferenceStep
from zhixuan.modules.orders.queries import differences, orders
from zhixuan.modules.orders.queries.differences import Case
from zhixuan.modules.stock.operations.recover_missing import recover_missing
from zhixuan.rules.orders import differences as rules
from zhixuan.rules.orders.differences import NEEDS_PIECES, SIDE_OF, CaseVerb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden
from zhixuan.shared.once import once


@once
def speak_on_difference(
    *,
    arrival_id: int,
    verb: CaseVerb,
    note: str = "",
    lines: Sequence[tuple[int, int]] = (),
    found_at_sender: bool | None = None,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """One word in a case: the sender's, the receiver's or the officer's. Safe to repeat.

    Pieces that were not sent, or that turned up, go back into a store by a slip of the ledger; nothing else does.

    Args:
        lines: (lot id, pieces) found, for NOT_SENT and TURNED_UP, and for DECIDE where the officer says so.
        found_at_sender: for DECIDE with pieces: they are at the sender (True) or at the receiver (False).

    Raises:
        Refused: see rules; pieces that were not missing.
        Unknown, Forbidden: the case is out of sight; it is not this side's to say.
    """
    case = differences.case(actor, arrival_id)
    if SIDE_OF[verb] not in case.sides(actor):
        raise Forbidden
    said = differences.as_steps(case.steps)
    rules.check(verb, said, by=orders.who(actor), counted_by=case.counted_by, note=note)
    if verb in NEEDS_PIECES and not lines:
        raise Refused(N_("Enter how many pieces of which lot were found."), code="no_lines")

    correction_id = None
    if lines:
        receipt = recover_missing(
            arrival_id=arrival_id,
            facility_id=_found_at(case, verb, found_at_sender=found_at_sender),
            lines=lines,
            on=on,
            note=note,
            actor=actor,
            command_id=command_id,
            at=at,
        )
        correction_id = receipt.event_id
    DifferenceStep.objects.create(
        arrival_id=arrival_id,
        number=len(case.steps) + 1,
        verb=verb,
        note=note.strip(),
        correction_id=correction_id,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
    )
    path = case.receiver.area_path
    audit.record(actor, "speak_on_difference", "orders.difference", arrival_id, path, {"said": verb.value}, at)
    return arrival_id


def _found_at(case: Case, verb: CaseVerb, *, found_at_sender: bool | None) -> int:
    """The facility in whose store the pieces are."""
    if verb is CaseVerb.NOT_SENT or (verb is CaseVerb.DECIDE and found_at_sender):
        return int(case.sender.pk)
    if verb is CaseVerb.TURNED_UP or (verb is CaseVerb.DECIDE and found_at_sender is False):
        return int(case.receiver.pk)
    raise Refused(N_("Pieces can only be entered where somebody found them."), code="no_pieces")
