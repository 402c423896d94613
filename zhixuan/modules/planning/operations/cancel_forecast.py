"""Stop a forecast that waits or is being made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import ForecastRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_forecast(*, run_id: int, actor: Actor, at: datetime) -> bool:
    """Take it back; nothing is stored of it, and it can be begun again. No command id: repeating changes nothing.

    Raises:
        Refused: it is made already.
        Unknown, Forbidden: see permissions.
    """
    run = _runs.locked(ForecastRun, actor, run_id)

    return _runs.stop(run, "cancel_forecast", actor, at)
