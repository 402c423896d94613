"""Forecasts for programs: ask for one, see how far it is, stop it, begin it again, read its series."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.operations.cancel_forecast import cancel_forecast
from zhixuan.modules.planning.operations.request_forecast import HORIZON_MAX, request_forecast
from zhixuan.modules.planning.operations.resume_forecast import resume_forecast
from zhixuan.modules.planning.queries import forecasts as queries
from zhixuan.modules.planning.queries import runs
from zhixuan.modules.planning.queries.forecasts import ForecastLine, ForecastRun
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.api import REFUSALS, Code, Page
from zhixuan.shared.requests import ActorRequest

router = Router()


class RunIn(Schema):
    """A forecast of every card of an area. `until`: the newest month looked at, such as 2026-09; empty for the latest
    full one. `work`: `plain` takes medians, `fast` and `full` the model."""

    command_id: UUID
    area: Code
    months_ahead: Annotated[int, Field(ge=1, le=HORIZON_MAX)]
    work: Literal["full", "fast", "plain"] = "full"
    until: Annotated[str, Field(max_length=20)] = ""


class AgainIn(Schema):
    command_id: UUID


class RunOut(Schema):
    """`state`: waiting, running, done, cancelled, or failed; `progress` of `total` steps while it is running."""

    id: int
    area: str
    months_ahead: int
    work: str
    data_until: str
    state: str
    progress: int
    total: int
    message: str
    asked_at: datetime
    asked_by: str
    made_at: datetime | None
    series: int


class RunsOut(Schema):
    total: int
    rows: list[RunOut]


class ForecastOut(Schema):
    """Figures are lists, one entry a month from `first_month` on: mean, p10, median, p80, p90, p95."""

    facility: str
    product: str
    first_month: str
    data_until: str
    made_at: datetime | None
    method: str
    figures: dict[str, list[float]]


class ForecastsOut(Schema):
    total: int
    rows: list[ForecastOut]


class SeriesAsked(Page):
    """Which series."""

    facility: str = ""
    product: str = ""


ANSWERED = {200: RunOut, 201: RunOut, **REFUSALS}


@router.get("/forecasts", response={200: ForecastsOut, **REFUSALS})
def forecasts(request: ActorRequest, asked: Query[SeriesAsked]) -> Any:
    """The newest forecast of every place and product in sight."""
    return _series(queries.current_lines(request.actor), asked)


@router.get("/forecast-runs", response={200: RunsOut, **REFUSALS})
def forecast_runs(request: ActorRequest, asked: Query[Page]) -> Any:
    """Forecasts made or being made of the areas in sight, latest first."""
    rows = queries.runs_for(request.actor)
    return {"total": rows.count(), "rows": [_run(one) for one in rows[asked.offset : asked.offset + asked.limit]]}


@router.post("/forecast-runs/ask", response=ANSWERED)
def new_forecast(request: ActorRequest, given: RunIn) -> Any:
    """Ask for a forecast; it is made in the background."""
    area = directory.area_by_code(given.area)
    if area is None:
        raise Unknown
    asked = request_forecast(
        area_id=area.pk,
        profile=given.work,
        horizon=given.months_ahead,
        until=_month(given.until),
        on=timezone.localdate(),
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return Status(200 if asked.repeated else 201, _run(queries.run(request.actor, asked.id)))


@router.get("/forecast-runs/{int:run_id}", response={200: RunOut, **REFUSALS})
def one_forecast(request: ActorRequest, run_id: int) -> Any:
    """How far one forecast is."""
    return _run(queries.run(request.actor, run_id))


@router.get("/forecast-runs/{int:run_id}/series", response={200: ForecastsOut, **REFUSALS})
def forecast_series(request: ActorRequest, run_id: int, asked: Query[SeriesAsked]) -> Any:
    """The series of one forecast, as it was made then."""
    return _series(queries.lines_of(queries.run(request.actor, run_id).pk), asked)


@router.post("/forecast-runs/{int:run_id}/cancellation", response=ANSWERED)
def forecast_cancellation(request: ActorRequest, run_id: int) -> Any:
    """Stop a forecast that waits or is being made; repeating changes nothing."""
    cancel_forecast(run_id=run_id, actor=request.actor, at=timezone.now())
    return Status(200, _run(queries.run(request.actor, run_id)))


@router.post("/forecast-runs/{int:run_id}/resumption", response=ANSWERED)
def forecast_resumption(request: ActorRequest, run_id: int, given: AgainIn) -> Any:
    """Begin a forecast again that was stopped or broke off."""
    done = resume_forecast(run_id=run_id, actor=request.actor, command_id=given.command_id, at=timezone.now())
    return Status(200 if done.repeated else 201, _run(queries.run(request.actor, done.id)))


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except Refused as refused:
        refused.field = "until"
        raise


def _run(one: ForecastRun) -> dict[str, Any]:
    job = runs.job_of(one) if one.state == runs.State.OPEN else None
    series: int = one.lines_in_all  # type: ignore[attr-defined]  # annotated by `runs_for`
    return {
        "id": one.pk,
        "area": one.area.code,
        "months_ahead": one.horizon,
        "work": one.profile,
        "data_until": str(Month.of(one.data_until)),
        "state": runs.state_told(one, job),
        "progress": job.progress if job else 0,
        "total": job.total if job else 0,
        "message": one.missing_package,
        "asked_at": one.asked_at,
        "asked_by": one.asked_by_name,
        "made_at": one.made_at,
        "series": series,
    }


def _series(rows: Any, asked: SeriesAsked) -> dict[str, Any]:
    if asked.facility:
        rows = rows.filter(facility__code=asked.facility)
    if asked.product:
        rows = rows.filter(product__code=asked.product)
    listed = [_forecast(line) for line in rows[asked.offset : asked.offset + asked.limit]]
    return {"total": rows.count(), "rows": listed}


def _forecast(line: ForecastLine) -> dict[str, Any]:
    until = Month.of(line.run.data_until)
    return {
        "facility": line.facility.code,
        "product": line.product.code,
        "first_month": str(until.next),
        "data_until": str(until),
        "made_at": line.run.made_at,
        "method": line.method,
        "figures": line.figures,
    }
