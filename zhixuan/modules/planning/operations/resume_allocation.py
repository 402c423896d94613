"""Begin again what was stopped, or broke off, of a deed on a large allocation plan."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _allocations, _runs
from zhixuan.modules.planning.operations.request_allocation import ALLOCATION_JOB
from zhixuan.modules.planning.queries import allocation_runs
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

DECISIONS = (AllocationRun.Verb.APPROVE, AllocationRun.Verb.REVOKE)


@once
def resume_allocation(*, run_id: int, actor: Actor, command_id: UUID, at: datetime) -> int:
    """The same run with a new job, in the name of whoever begins it again. Safe to repeat.

    Raises:
        Refused: it is done already, or under way; another run of its plan is open; it is another person's decision.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.locked(AllocationRun, actor, run_id)
    if run.plan_id is not None:
        _allocations.locked(actor, run.plan_id)
    if run.verb in DECISIONS and run.asked_by != actor.user_id:
        raise Refused(
            N_("{name} decided this. Look at the plan, and decide on it yourself."),
            code="own_decision",
            name=run.asked_by_name,
        )
    other = allocation_runs.open_run_of(run.plan_id) if run.plan_id is not None else None
    if other is not None and other.pk != run_id:
        raise Refused(N_("Something else is done with this plan. Wait for it, or stop it."), code="under_way")

    return _runs.begin_again(run, ALLOCATION_JOB, "resume_allocation", command_id, actor, at)
