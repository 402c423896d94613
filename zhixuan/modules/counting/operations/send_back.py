"""Have lots counted a second time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading
from zhixuan.rules.counting.states import Step
from zhixuan.shared.access import Actor


@transaction.atomic
def send_back(*, count_id: int, line_ids: Collection[int], actor: Actor, at: datetime) -> Count:
    """Mark lines to be counted again, by the same person or another; the earlier numbers stay. An approval is void
    then. Safe to repeat.

    Raises:
        Refused: no lines of this sheet, a count that is not finished.
        Unknown, Forbidden: see permissions.
    """
    held = _loading.hold_for(actor, count_id, Step.SEND_BACK)
    lines = _loading.chosen_lines(held.count, line_ids)

    CountLine.objects.filter(id__in=[line.id for line in lines]).update(recount=True, accepted=False, left_out=False)
    count = held.count
    count.state, count.approved_at, count.approved_by, count.approved_by_name = held.following, None, None, ""
    count.approved_differences, count.finished_at = {}, None
    count.save(
        update_fields=[
            "state",
            "approved_at",
            "approved_by",
            "approved_by_name",
            "approved_differences",
            "finished_at",
        ]
    )
    _loading.note(actor, "send_back", count, {"lines": sorted(line.position for line in lines)}, at)
    return count
