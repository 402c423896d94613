"""Stop a forecast that waits or is being made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import ForecastRun
from zhixuan.modules.planning.operations import _forecasts
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, jobs
from zhixuan.shared.access import Actor

State = ForecastRun.State


@transaction.atomic
def cancel_forecast(*, run_id: int, actor: Actor, at: datetime) -> bool:
    """Take it back; nothing is stored of it, and it can be begun again. No command id: repeating changes nothing.

    Raises:
        Refused: it is made already.
        Unknown, Forbidden: see permissions.
    """
    run = _forecasts.locked(actor, run_id)

    if run.state == State.CANCELLED:
        return False
    if run.state == State.DONE:
        raise Refused(N_("This forecast is made already."), code="ended")

    jobs.cancel(run.job_id, at)
    run.state = State.CANCELLED
    run.save(update_fields=["state"])
    audit.record(actor, "cancel_forecast", "planning.forecastrun", run.pk, run.area.path, {}, at)
    return True
