"""Give a count up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading
from zhixuan.rules.counting.states import CountState, Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_count(*, count_id: int, reason: str, actor: Actor, at: datetime) -> Count:
    """End a count without posting; its numbers are kept, and its lots can be counted on another sheet. Safe to repeat.

    Raises:
        Refused: no reason, a count that has been posted.
        Unknown, Forbidden: see permissions.
    """
    count, _places = _loading.hold(actor, count_id)
    if count.state == CountState.CANCELLED:
        return count
    following = _loading.states.after(CountState(count.state), Step.CANCEL)
    if not reason.strip():
        raise Refused(N_("Say why the count is cancelled."), field="reason", code="note_needed")

    CountLine.objects.filter(count_id=count_id).update(open=False)
    count.state, count.ended_at, count.ended_by_name = following, at, actor.name[:150]
    count.note = f"{count.note} {reason.strip()}".strip()[:500]
    count.save(update_fields=["state", "ended_at", "ended_by_name", "note"])
    _loading.note(actor, "cancel_count", count, {"reason": reason.strip()}, at)
    return count
