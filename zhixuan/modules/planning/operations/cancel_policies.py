"""Stop a trial of policies that waits or is under way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import PolicyRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_policies(*, run_id: int, actor: Actor, at: datetime) -> bool:
    """Take it back; nothing is stored of it, and it can be begun again. No command id: repeating changes nothing.

    Raises:
        Refused: it is made already.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.locked(PolicyRun, actor, run_id)

    return _runs.stop(run, "cancel_policies", actor, at)
