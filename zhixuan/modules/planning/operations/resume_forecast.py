"""Begin a forecast again that was stopped or broke off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.models import ForecastRun
from zhixuan.modules.planning.operations import _forecasts
from zhixuan.modules.planning.operations.request_forecast import FORECAST_JOB
from zhixuan.modules.planning.queries import forecasts
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, jobs
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def resume_forecast(*, run_id: int, actor: Actor, command_id: UUID, at: datetime) -> int:
    """The same run with a new job. Safe to repeat.

    Raises:
        Refused: it is made already, or under way.
        Unknown, Forbidden: see permissions.
    """
    run = _forecasts.locked(actor, run_id)

    if run.state == ForecastRun.State.DONE:
        raise Refused(N_("This forecast is made already."), code="ended")
    if forecasts.is_under_way(run):
        raise Refused(N_("This forecast is being made."), code="under_way")

    jobs.enqueue(FORECAST_JOB, {"run": run.pk}, actor, run.area.path, at, command_id)
    run.state, run.job_id = ForecastRun.State.OPEN, command_id
    run.save(update_fields=["state", "job_id"])
    audit.record(actor, "resume_forecast", "planning.forecastrun", run.pk, run.area.path, {}, at)
    return run.pk
