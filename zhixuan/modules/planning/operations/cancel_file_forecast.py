"""Stop a forecast of a file that waits or is being made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import FileForecast
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.queries import file_forecasts
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_file_forecast(*, run_id: int, actor: Actor, at: datetime) -> bool:
    """Take it back; nothing is stored of it, and it can be begun again. No command id: repeating changes nothing.

    Raises:
        Refused: it is made already.
        Unknown: not the actor's own.
    """
    run = _runs.in_hand(FileForecast, file_forecasts.run(actor, run_id).pk)

    return _runs.stop(run, "cancel_file_forecast", actor, at)
