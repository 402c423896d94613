"""Ask for a large allocation plan to be drawn up, worked out again, approved or revoked; the worker does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.operations import _allocations, _approving, _drawing_up, _revoking, _reworking, _runs
from zhixuan.modules.planning.operations._asked import seen_from, settings_as_kept
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.modules.planning.queries import allocation_runs, runs
from zhixuan.modules.planning.queries.runs import AllocationRun, State
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import numbers
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

ALLOCATION_JOB = "planning.allocation"
Verb = AllocationRun.Verb


@once
def request_allocation(
    *,
    verb: str,
    plan_id: int | None = None,
    giver_ids: Sequence[int] = (),
    product_ids: Sequence[int] = (),
    settings: Settings | None = None,
    version: int = 0,
    changes_seen: str = "",
    note: str = "",
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A run that waits for the worker; one at a time of a plan, and of a store while it is drawn up. Safe to repeat.

    What can be checked at once is; what needs all lines is checked by the worker, and told where the run is shown.

    Args:
        plan_id: none to draw one up from `giver_ids` and `product_ids`; the others as the operations for small plans.

    Raises:
        Refused: as the operation for small plans; or one is under way (`run_id`).
        Unknown, Forbidden: see permissions.
    """
    verb = Verb(verb)
    said: dict[str, Any] = {"settings": settings_as_kept(settings or Settings()), "note": note}
    if verb is Verb.DRAW:
        area, givers = _drawing_up.checked(actor, giver_ids, settings or Settings())
        numbers.hold("planning.allocation", area.pk, on.year)
        _check_free(allocation_runs.drawing(area, [giver.pk for giver in givers]))
        said |= {"giver_ids": [giver.pk for giver in givers], "product_ids": sorted(set(product_ids))}
        plan = None
    else:
        plan = _allocations.locked(actor, plan_id or 0)
        area = plan.area
        said |= {"version": version, "changes_seen": changes_seen}
        said["settings"] = settings_as_kept(settings or plans.settings_of(plan))
        _check_plan(verb, plan, settings, said, on, actor)

    asked = _runs.asked_by(actor, at, command_id)
    run = AllocationRun.objects.create(area=area, verb=verb, plan=plan, said=said, on=on, **asked)
    _runs.queue(run, ALLOCATION_JOB, actor, at)
    _runs.note(run, "request_allocation", {"verb": verb.value}, actor, at)
    return run.pk


def _check_plan(
    verb: str, plan: AllocationPlan, settings: Settings | None, said: Mapping[str, Any], on: date, actor: Actor
) -> None:
    """Nothing speaks against it that can be told at once; a run of the plan that broke off gives way."""
    open_run = allocation_runs.open_run_of(plan.pk)
    _check_free(open_run)
    if open_run is not None:
        open_run.state = State.CANCELLED
        open_run.save(update_fields=["state"])
    if verb == Verb.REWORK:
        _reworking.check(plan, settings or plans.settings_of(plan))
    elif verb == Verb.REVOKE:
        _revoking.check(plan, said["note"], actor)
    else:
        _approving.check_step(plan, seen_from(said, on), actor)


def _check_free(there: AllocationRun | None) -> None:
    if there is not None and runs.is_under_way(there):
        raise Refused(N_("This is being worked out."), code="under_way", run_id=there.pk)
