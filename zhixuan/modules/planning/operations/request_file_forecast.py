"""Ask for a forecast of a file that was looked at; it is made in the background."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import FileForecast
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.operations.request_forecast import check_request
from zhixuan.modules.planning.queries import history_files
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden

FILE_FORECAST_JOB = "planning.file_forecast"


@transaction.atomic
def request_file_forecast(*, upload_id: UUID, horizon: int, profile: str, actor: Actor, at: datetime) -> int:
    """A run that waits for the worker, seen by its maker alone. Safe to repeat: an upload is asked for once.

    Args:
        horizon: months after the newest month of the file, 1 to 24.

    Raises:
        Refused: mistakes in the file, or a horizon or profile that there is not.
        Unknown: the upload is not the actor's own.
        Forbidden: the actor plans nowhere.
    """
    upload = uploads.lock(actor, upload_id, history_files.PURPOSE)
    if upload.applied_at is not None:
        return int(upload.outcome["run"])
    area = directory.areas_for(actor, permissions.PLAN).first()
    if area is None:
        raise Forbidden
    check_request(horizon, profile)
    found = history_files.read(actor, upload)

    run = FileForecast.objects.create(
        area=area,
        file_name=upload.file_name,
        history=history_files.packed(found.table),
        titles=found.titles,
        profile=profile,
        horizon=horizon,
        data_until=history_files.newest_month(found.table).first_day,
        series=found.table.select("facility", "product").n_unique(),
        **_runs.asked_by(actor, at, upload_id),
    )
    _runs.queue(run, FILE_FORECAST_JOB, actor, at)
    uploads.finish(upload, {"run": run.pk}, at)
    _runs.note(run, "request_file_forecast", {"series": run.series}, actor, at)
    return run.pk
