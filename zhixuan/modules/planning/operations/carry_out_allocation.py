"""Write what was worked out of a deed on a large allocation plan: one short transaction at the end of its job."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.operations.prepare_allocation import Ready
from zhixuan.modules.planning.queries.runs import AllocationRun, State
from zhixuan.shared.access import Actor


@transaction.atomic
def carry_out_allocation(*, run_id: int, ready: Ready, actor: Actor, at: datetime) -> int | None:
    """All of it or nothing, checked once more under the lock. Safe to repeat: a run is carried out once.

    Returns:
        The plan's id; None when the run was stopped meanwhile.

    Raises:
        Refused: as the operation for small plans.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.in_hand(AllocationRun, run_id)
    if run.state != State.OPEN:
        return run.plan_id if run.state == State.DONE else None

    plan_id = ready.write(actor=actor, command_id=run.job_id, at=at)

    _runs.keep_made(run, {"plan_id": plan_id}, "carry_out_allocation", actor, at)
    return plan_id
