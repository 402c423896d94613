"""Approve what was found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading, _verdict
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.review import reviewed
from zhixuan.modules.stock.operations.lock_store import lock_store
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.counting import states
from zhixuan.rules.counting.states import CountState, Step
from zhixuan.shared.access import Actor


@transaction.atomic
def approve_count(*, count_id: int, note: str = "", actor: Actor, at: datetime) -> Count:
    """Let the differences be posted as they stand now. Somebody who counted cannot. Safe to repeat.

    Raises:
        Refused: differences without a reason or to be counted again, an approver who counted.
        Unknown, Forbidden: see permissions.
    """
    seen = counts.count(actor, count_id)
    roles = permissions.approvers(places_of(seen.facility_id).level)
    count, places = _loading.hold(actor, count_id, roles)
    following = states.after(CountState(count.state), Step.APPROVE)
    states.check_approver(actor.user_id, counts.counter_ids(count_id))
    lock_store(places)

    rows = reviewed(count, CountLine.objects.filter(count_id=count_id).order_by("position"), places)
    _verdict.check_complete(rows)

    count.state, count.approved_at = following, at
    count.approved_by, count.approved_by_name, count.approval_note = actor.user_id, actor.name[:150], note.strip()[:500]
    count.approved_differences = {str(row.line.id): row.difference for row in rows if row.difference}
    count.save(
        update_fields=[
            "state",
            "approved_at",
            "approved_by",
            "approved_by_name",
            "approval_note",
            "approved_differences",
        ]
    )
    _loading.note(actor, "approve_count", count, {"differences": len(count.approved_differences)}, at)
    return count
