"""Stop what is done with a large allocation plan in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_allocation(*, run_id: int, actor: Actor, at: datetime) -> bool:
    """Take it back; nothing is written of it, and it can be begun again. No command id: repeating changes nothing.

    Raises:
        Refused: it is done already.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.locked(AllocationRun, actor, run_id)

    return _runs.stop(run, "cancel_allocation", actor, at)
