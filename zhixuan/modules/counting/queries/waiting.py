"""What waits for a person where stock is counted: counted afresh each time, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.standing import standings
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.counting.due import Standing
from zhixuan.rules.counting.states import CountState
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of what waits.

    Args:
        due, overdue: facilities that the actor counts, and that owe a count.
        to_approve: sheets counted by others, of facilities where the actor approves.
        to_post: sheets that are approved, and whose slip the actor may post.
    """

    due: int = 0
    overdue: int = 0
    to_approve: int = 0
    to_post: int = 0


def waiting(actor: Actor, *, today: date) -> Waiting:
    """Everything that waits for the actor."""
    mine = [
        one.due.standing
        for one in standings(actor, today=today)
        if actor.may(permissions.COUNT, area_path=one.facility.area_path, facility_id=one.facility.pk)
    ]
    sheets = list(counts.counts_for(actor).filter(state__in=[CountState.COUNTED, CountState.APPROVED]))
    return Waiting(
        due=mine.count(Standing.DUE),
        overdue=mine.count(Standing.OVERDUE),
        to_approve=sum(one.state == CountState.COUNTED and _may_approve(actor, one) for one in sheets),
        to_post=sum(one.state == CountState.APPROVED and counts.may_count(actor, one) for one in sheets),
    )


def _may_approve(actor: Actor, one: counts.Count) -> bool:
    return permissions.may_approve(actor, places_of(one.facility_id)) and actor.user_id not in counts.counter_ids(
        one.pk
    )
