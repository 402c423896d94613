"""What a slip of the ledger did to the slots of a machine, and so what its reversal takes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from zhixuan.modules.machines.models import Explanation, Record, Visit, VisitLine
from zhixuan.modules.machines.operations.refill_machine import TAKEN_OUT_FOR
from zhixuan.modules.machines.operations.take_back_packs import WENT_BACK
from zhixuan.modules.stock.queries import slips


@dataclass(slots=True)
class Undoing:
    """One slip that is reversed.

    Args:
        back: pieces that slots get back, by slot; below zero: that leave them.
        vends: it is the slip of vends.
        explanations: what these vends explained of a count.
        visit: the refill, count or return that posted it.
        loaded: lines of the visit whose load goes; what the store sent for it is the slip `sent`.
        taken_out: lines whose packs come back.
    """

    back: Counter[int] = field(default_factory=Counter)
    vends: bool = False
    explanations: list[Explanation] = field(default_factory=list)
    visit: Visit | None = None
    loaded: list[VisitLine] = field(default_factory=list)
    sent: int | None = None
    taken_out: list[VisitLine] = field(default_factory=list)


def undoing(event_id: int, machine_id: int) -> Undoing | None:
    """What the reversal of this slip does to slots; None when it leaves them alone. The machine is locked."""
    if Record.objects.filter(machine_id=machine_id, event_id=event_id).exists():
        return _of_vends(event_id, machine_id)
    visits = Visit.objects.select_related("machine__facility", "giver").filter(machine_id=machine_id)
    day = slips.sent_on(event_id)
    visit = next((one for one in visits.filter(on=day) if event_id in one.events), None) if day else None
    return _of_visit(event_id, visit) if visit else None


def _of_vends(event_id: int, machine_id: int) -> Undoing:
    """All that the vends gave goes back, but for what a count had found missing before."""
    rows = (
        Record.objects.filter(machine_id=machine_id, event_id=event_id, undone_at=None).order_by().values_list("slot")
    )
    back = Counter(dict(rows.annotate(pieces=Sum("pieces"))))
    explanations = list(Explanation.objects.select_related("line").filter(vends_id=event_id))
    for one in explanations:
        back[one.line.slot_id] -= one.pieces
    return Undoing(back, vends=True, explanations=explanations)


def _of_visit(event_id: int, visit: Visit) -> Undoing:
    """A visit's slips are in the order in which they were posted: write-offs by reason, sent, received."""
    lines = list(visit.lines.select_related("slot"))
    if visit.kind == Visit.Kind.COUNT:
        return Undoing(visit=visit)
    if visit.kind == Visit.Kind.RETURN:
        return _put_back(visit, lines, WENT_BACK)
    reasons = [one for one in TAKEN_OUT_FOR if any(line.taken_out and line.why == one for line in lines)]
    place = visit.events.index(event_id)
    if place < len(reasons):
        return _put_back(visit, lines, reasons[place])
    loaded = [line for line in lines if line.loaded and not line.loaded_undone]
    back = Counter({line.slot_id: -line.loaded for line in loaded})
    return Undoing(back, visit=visit, loaded=loaded, sent=visit.events[place - 1])


def _put_back(visit: Visit, lines: Iterable[VisitLine], why: str) -> Undoing:
    taken = [line for line in lines if line.taken_out and line.why == why and not line.taken_out_undone]
    return Undoing(Counter({line.slot_id: line.taken_out for line in taken}), visit=visit, taken_out=taken)
