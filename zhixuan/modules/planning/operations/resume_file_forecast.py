"""Begin a forecast of a file again that was stopped or broke off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.models import FileForecast
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.operations.request_file_forecast import FILE_FORECAST_JOB
from zhixuan.modules.planning.queries import file_forecasts
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def resume_file_forecast(*, run_id: int, actor: Actor, command_id: UUID, at: datetime) -> int:
    """The same run with a new job. Safe to repeat.

    Raises:
        Refused: it is made already, or under way.
        Unknown: not the actor's own.
    """
    run = _runs.in_hand(FileForecast, file_forecasts.run(actor, run_id).pk)

    return _runs.begin_again(run, FILE_FORECAST_JOB, "resume_file_forecast", command_id, actor, at)
