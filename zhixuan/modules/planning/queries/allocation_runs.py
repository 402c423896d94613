"""What is done with large allocation plans in the background: which deeds, how large is large, what is under way."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db.models import QuerySet

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area
from zhixuan.modules.planning.models import AllocationPlan, AllocationRun
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.modules.planning.queries import runs
from zhixuan.modules.stock.queries import on_hand
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.shared.access import Actor


def is_large(lines: int) -> bool:
    """Whether so many lines are better worked on in the background than while somebody waits for a page."""
    return lines > settings.ALLOCATION_LINES_AT_ONCE


def in_background(verb: str, plan: AllocationPlan) -> bool:
    """Whether the worker does this to a plan (of `allocation_plans.plan`)."""
    large = is_large(plan.lines_in_all)  # type: ignore[attr-defined]  # counted by `plan`
    return large and (verb != AllocationRun.Verb.REVOKE or _takes_back(plan))


def _takes_back(plan: AllocationPlan) -> bool:
    """Whether orders are taken back with the plan, or have been: a command that comes again goes the same way."""
    if plan.state == AllocationState.REVOKED:
        orders, _sent = plans.revocation_of(plan.pk)
        return bool(orders)
    return plan.state == AllocationState.APPROVED


def lines_to_draw(giver_ids: Collection[int], product_ids: Collection[int]) -> int:
    """About how many lines a plan of these stores would have: at most a line a place that they feed and product."""
    places = directory.all_facilities().filter(supplied_by__in=list(giver_ids)).count()
    return places * (len(set(product_ids)) or on_hand.products_at(giver_ids))


def runs_for(actor: Actor) -> QuerySet[AllocationRun]:
    """Runs of the areas in sight, latest first."""
    return runs.runs_in_sight(AllocationRun, actor)


def drawings_under_way(actor: Actor) -> list[AllocationRun]:
    """Plans of the areas in sight that are being drawn up."""
    rows = runs_for(actor).filter(verb=AllocationRun.Verb.DRAW, state=runs.State.OPEN)
    return [one for one in rows if runs.is_under_way(one)]


def drawing(area: Area, giver_ids: Collection[int]) -> AllocationRun | None:
    """What draws a plan of one of these stores up right now."""
    rows = AllocationRun.objects.filter(verb=AllocationRun.Verb.DRAW, state=runs.State.OPEN, area=area)
    ours = (one for one in rows if set(one.said["giver_ids"]) & set(giver_ids) and runs.is_under_way(one))
    return next(ours, None)


def open_run_of(plan_id: int) -> AllocationRun | None:
    """What is done with a plan, or broke off."""
    return AllocationRun.objects.filter(plan=plan_id, state=runs.State.OPEN).select_related("area").first()
