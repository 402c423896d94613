"""Keep a forecast of a file that the worker has made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.analytics.series_forecasts import Made, SeriesForecast
from zhixuan.modules.planning.models import FileForecast, FileForecastLine
from zhixuan.modules.planning.operations import _runs
from zhixuan.shared.access import Actor


@transaction.atomic
def store_file_forecast(*, run_id: int, made: Made, actor: Actor, at: datetime) -> int:
    """Write all lines at once. Safe to repeat.

    Returns:
        How many lines there are; 0 when it was stopped meanwhile.
    """
    run = _runs.in_hand(FileForecast, run_id)
    if run.state != FileForecast.State.OPEN:
        return 0

    lines = [_line(run, one) for one in made.series]

    FileForecastLine.objects.bulk_create(lines, batch_size=500)
    _runs.keep_made(run, {"missing_package": made.missing_package[:60]}, "store_file_forecast", actor, at)
    return len(lines)


def _line(run: FileForecast, one: SeriesForecast) -> FileForecastLine:
    return FileForecastLine(
        run=run,
        facility=one.facility,
        product=one.product,
        method=one.method[:40],
        reported=one.reported,
        figures=dict(one.figures),
        next_median=_runs.hundredths(one.figures["median"][0]),
        year_mean=_runs.hundredths(sum(one.figures["mean"][: _runs.MONTHS_A_YEAR])),
        marks=one.marks,
    )
