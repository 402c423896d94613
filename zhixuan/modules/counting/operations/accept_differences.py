"""Accept differences as they are, and say why they are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading
from zhixuan.rules.counting.states import Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.counting import COUNT_REASONS
from zhixuan.shared.access import Actor


@transaction.atomic
def accept_differences(
    *, count_id: int, line_ids: Collection[int], reason: str, note: str = "", actor: Actor, at: datetime
) -> Count:
    """Note for lines that their difference is real, with its reason. Safe to repeat.

    Raises:
        Refused: an unknown reason, one that needs a note without one, lines that nobody has counted.
        Unknown, Forbidden: see permissions.
    """
    held = _loading.hold_for(actor, count_id, Step.JUDGE)
    lines = _loading.chosen_lines(held.count, line_ids)
    known = COUNT_REASONS.get(reason)
    if known is None:
        raise Refused(N_("Choose a reason from the list."), field="reason", code="unknown_reason")
    if known.note_needed and not note.strip():
        raise Refused(N_("Say in the note what happened."), field="note", code="note_needed")
    if any(line.counted is None or line.recount for line in lines):
        raise Refused(N_("Only what is counted can be accepted."), field="lines", code="not_counted")

    CountLine.objects.filter(id__in=[line.id for line in lines]).update(
        accepted=True, reason=reason, reason_note=note.strip()[:300]
    )
    details = {"lines": sorted(line.position for line in lines), "reason": reason}
    _loading.note(actor, "accept_differences", held.count, details, at)
    return held.count
