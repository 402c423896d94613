"""What every operation on a plan shares: find it and lock it, find its lines, propose a line anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandLine, DemandPlan
from zhixuan.modules.planning.queries import plans
from zhixuan.shared import sql
from zhixuan.shared.access import Actor, Unknown

IDS_AT_ONCE = 500


def locked(actor: Actor, plan_id: int) -> DemandPlan:
    """The plan, so that nobody else changes it meanwhile, if the actor plans there or above.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    permissions.require_plan(actor, plans.plan(actor, plan_id).area.path)
    return DemandPlan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan_id)


def lines(plan_id: int, line_ids: Iterable[int]) -> dict[int, DemandLine]:
    """Lines of a plan by id.

    Raises:
        Unknown: the plan has no such line.
    """
    wanted = list(dict.fromkeys(line_ids))
    found: dict[int, DemandLine] = {}
    for start in range(0, len(wanted), IDS_AT_ONCE):
        found |= DemandLine.objects.filter(plan=plan_id).in_bulk(wanted[start : start + IDS_AT_ONCE])
    if len(found) < len(wanted):
        raise Unknown
    return found


def propose_anew(line: DemandLine) -> None:
    """Work the proposal out of what the line knows now; a quantity changed by hand stays, with its reason."""
    by_hand = line.pieces != line.proposed
    line.proposed = plans.terms_of(line).requested
    if not by_hand:
        line.pieces = line.proposed
    if line.pieces == line.proposed:
        line.reason = ""


def keep(changed: Iterable[DemandLine], columns: Sequence[str]) -> None:
    """Write these columns of lines, all at once: a paste changes hundreds."""
    marks = ", ".join(f"{column} = %s" for column in columns)
    rows = [[*(getattr(line, column) for column in columns), line.pk] for line in changed]
    sql.write(f"UPDATE planning_demandline SET {marks} WHERE id = %s", rows)  # noqa: S608 (our own words)
