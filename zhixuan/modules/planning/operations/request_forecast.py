"""Ask for a forecast of every card of an area; it is made in the background."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import ForecastRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

FORECAST_JOB = "planning.forecast"
PROFILES = ("full", "fast", "plain")
HORIZON_MAX = 24


@once
def request_forecast(
    *,
    area_id: int,
    profile: str,
    horizon: int,
    until: Month | None,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A run that waits for the worker. Safe to repeat.

    Args:
        horizon: months ahead, 1 to 24.
        until: the newest month to look at, to see what would have been said then; None: the latest full month.

    Raises:
        Refused: a month that is not over, or a horizon or profile that there is not.
        Unknown, Forbidden: see permissions.
    """
    area = directory.area(actor, area_id)
    permissions.require_plan(actor, area.path)

    newest = monthly.newest_full_month(on)
    chosen = until or newest
    if chosen > newest:
        raise Refused(N_("The newest full month is {month}. Choose it or an earlier one."), field="until", month=newest)
    check_request(horizon, profile)

    run = ForecastRun.objects.create(
        area=area,
        profile=profile,
        horizon=horizon,
        data_until=chosen.first_day,
        **_runs.asked_by(actor, at, command_id),
    )
    _runs.queue(run, FORECAST_JOB, actor, at)
    _runs.note(run, "request_forecast", {"until": str(chosen)}, actor, at)
    return run.pk


def check_request(horizon: int, profile: str) -> None:
    """Months ahead and work to put in, as a forecast of any history takes them.

    Raises:
        Refused: there is no such horizon or profile.
    """
    if not 1 <= horizon <= HORIZON_MAX:
        raise Refused(N_("Forecast 1 to 24 months ahead."), field="horizon")
    if profile not in PROFILES:
        raise Refused(N_("Choose how much work to put in."), field="profile")
