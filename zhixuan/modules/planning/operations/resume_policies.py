"""Begin a trial of policies again that was stopped or broke off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.models import PolicyRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.operations.request_policies import POLICY_JOB
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def resume_policies(*, run_id: int, actor: Actor, command_id: UUID, at: datetime) -> int:
    """The same run with a new job. Safe to repeat.

    Raises:
        Refused: it is made already, or under way.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.locked(PolicyRun, actor, run_id)

    return _runs.begin_again(run, POLICY_JOB, "resume_policies", command_id, actor, at)
