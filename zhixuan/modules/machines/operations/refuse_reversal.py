"""A slip of a machine is about to be reversed: not where its slots cannot follow."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.modules.machines.models import Explanation, Machine, Slot, Visit
from zhixuan.modules.machines.operations import _locking
from zhixuan.modules.machines.operations._undoing import Undoing, undoing
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.events import SlipBeingReversed


def refuse_reversal(event: SlipBeingReversed) -> None:
    """Told before a slip is reversed, in the same transaction. The machine is held before any place of the ledger is.

    Raises:
        Refused: a slot no longer holds what was loaded, or holds another item now; a count, which only another count
            puts right; the slip that follows another one.
    """
    if not Machine.objects.filter(pk=event.facility_id).exists():
        return
    _locking.lock([event.facility_id])
    one = undoing(event.event_id, event.facility_id)

    raise_all(_of_no_visit(event) if one is None else [*_of_count(one), *_emptied(one), *_ended(one)])


def _of_no_visit(event: SlipBeingReversed) -> Iterable[Refused]:
    """The slip that took a count's difference back follows the vends that explained it."""
    if Explanation.objects.filter(found_id=event.event_id, vends__reversed_by=None).exists():
        yield Refused(
            N_("This slip belongs to vends that a count had found missing. Reverse theirs, and this one follows."),
            code="follows_vends",
        )


def _of_count(one: Undoing) -> Iterable[Refused]:
    if one.visit and one.visit.kind == Visit.Kind.COUNT:
        yield Refused(
            N_("This slip belongs to count {count} of the machine. Count it again: that puts slots and books right."),
            code="of_a_count",
            count=number_of(one.visit),
        )


def _emptied(one: Undoing) -> Iterable[Refused]:
    for line in one.loaded:
        if line.slot.pieces < line.loaded:
            yield Refused(
                N_(
                    "Slot {slot} holds {there} of the {loaded} pieces that were loaded; the others are gone. Send what "
                    "is left to the store by Take packs back, or count the machine."
                ),
                code="slot_emptied",
                slot=line.slot.number,
                there=max(line.slot.pieces, 0),
                loaded=line.loaded,
            )


def _ended(one: Undoing) -> Iterable[Refused]:
    """Pieces can only go back to slots as they are now."""
    into = [slot_id for slot_id, pieces in one.back.items() if pieces > 0]
    for slot in Slot.objects.filter(pk__in=into).exclude(until=None).order_by("number"):
        yield Refused(
            N_("Slot {slot} has been changed and holds something else now. The slip stays; count the machine instead."),
            code="slot_ended",
            slot=slot.number,
        )
