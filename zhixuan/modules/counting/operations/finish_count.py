"""Say that everything is counted."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from django.db import transaction

from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.counting.operations import _loading, _tallies
from zhixuan.modules.counting.operations._tallies import Counted
from zhixuan.modules.counting.queries import counts
from zhixuan.rules.counting.states import CountState, Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor

Uncounted = Literal["refuse", "leave_out", "none_there"]
"""What to do with lots that nobody counted: go on counting, leave the books as they are, or take them for gone."""


@transaction.atomic
def finish_count(
    *, count_id: int, uncounted: Uncounted = "refuse", actor: Actor, command_id: UUID, at: datetime
) -> Count:
    """Close the counting: the differences can be looked at now. Safe to repeat.

    Raises:
        Refused: lots that are not counted, unless it is said what becomes of them; nothing counted at all.
        Unknown, Forbidden: see permissions.
    """
    count, _places = _loading.hold(actor, count_id)
    if count.state == CountState.COUNTED:
        return count
    following = _loading.states.after(CountState(count.state), Step.FINISH)
    missing = list(CountLine.objects.filter(counts.not_counted(), count_id=count_id).order_by("position"))

    if missing and uncounted == "refuse":
        raise Refused(
            N_(
                "{missing} lots are not counted yet, the first on line {line}. Count them, or say what becomes of them."
            ),
            field="uncounted",
            code="not_counted",
            missing=len(missing),
            line=missing[0].position,
        )

    if uncounted == "none_there":
        zeros = [Counted(line.id, 0, line.tallies, at, uuid5(command_id, str(line.id))) for line in missing]
        _tallies.write(_tallies.to_write(count, missing, zeros, at), Tally.Source.NONE_THERE, actor, at)
    else:
        ids = [line.id for line in missing]
        CountLine.objects.filter(count_id=count_id, id__in=ids, tallies=0).update(left_out=True, recount=False)
        CountLine.objects.filter(count_id=count_id, recount=True).update(recount=False)
    count.state, count.finished_at, count.finished_by_name = following, at, actor.name[:150]
    count.save(update_fields=["state", "finished_at", "finished_by_name"])
    _loading.note(actor, "finish_count", count, {"not_counted": len(missing), "then": uncounted}, at)
    return count
