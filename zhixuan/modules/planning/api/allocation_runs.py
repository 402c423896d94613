"""What is done with large allocation plans in the background, for programs: how far it is, stop it, begin it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from zhixuan.modules.planning.operations.cancel_allocation import cancel_allocation
from zhixuan.modules.planning.operations.request_allocation import request_allocation
from zhixuan.modules.planning.operations.resume_allocation import resume_allocation
from zhixuan.modules.planning.queries import allocation_runs, runs
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.shared.api import REFUSALS, Page, Word
from zhixuan.shared.jobs import Job
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence

router = Router()


class AgainIn(Schema):
    command_id: UUID


class AllocationRunOut(Schema):
    """`verb`: draw, rework, approve, revoke. `state`: waiting, running, done, cancelled, or failed (`messages` says
    why); `progress` of `total` steps while it is running. `plan`: of a plan being drawn up none before it is done.
    `address`: where to ask again."""

    id: int
    address: str
    verb: str
    area: str
    plan: int | None
    state: str
    progress: int
    total: int
    messages: list[str]
    asked_at: datetime
    asked_by: str
    made_at: datetime | None
    repeated: bool = False


class AllocationRunsOut(Schema):
    total: int
    rows: list[AllocationRunOut]


class RunsAsked(Page):
    """Which runs: of a plan, of what verb."""

    plan: int | None = None
    verb: Word = ""


ANSWERED: dict[int, Any] = {200: AllocationRunOut, 202: AllocationRunOut, **REFUSALS}


def asked(request: ActorRequest, verb: AllocationRun.Verb, **said: Any) -> Status[dict[str, Any]]:
    """Let the worker do what was asked for; `said` as `request_allocation` takes it."""
    said = {"on": timezone.localdate(), "actor": request.actor, "at": timezone.now()} | said
    run = request_allocation(verb=verb.value, **said)
    return Status(202, _one(request, run.id, repeated=run.repeated))


@router.get("/allocation-runs", response={200: AllocationRunsOut, **REFUSALS})
def list_of_allocation_runs(request: ActorRequest, asked: Query[RunsAsked]) -> Any:
    """Work on large plans of the areas in sight, latest first."""
    rows = allocation_runs.runs_for(request.actor)
    if asked.plan is not None:
        rows = rows.filter(plan=asked.plan)
    if asked.verb:
        rows = rows.filter(verb=asked.verb)
    listed = list(rows[asked.offset : asked.offset + asked.limit])
    jobs = runs.jobs_of(listed)
    return {"total": rows.count(), "rows": [_run(one, jobs.get(one.job_id)) for one in listed]}


@router.get("/allocation-runs/{int:run_id}", response={200: AllocationRunOut, **REFUSALS})
def one_allocation_run(request: ActorRequest, run_id: int) -> Any:
    """How far the work on one plan is."""
    return _one(request, run_id)


@router.post("/allocation-runs/{int:run_id}/cancellation", response=ANSWERED)
def allocation_run_cancellation(request: ActorRequest, run_id: int) -> Any:
    """Stop it: nothing of it is kept. Repeating changes nothing."""
    cancel_allocation(run_id=run_id, actor=request.actor, at=timezone.now())
    return Status(200, _one(request, run_id))


@router.post("/allocation-runs/{int:run_id}/resumption", response=ANSWERED)
def allocation_run_resumption(request: ActorRequest, run_id: int, given: AgainIn) -> Any:
    """Begin again what was stopped or broke off."""
    done = resume_allocation(run_id=run_id, actor=request.actor, command_id=given.command_id, at=timezone.now())
    return Status(202, _one(request, done.id, repeated=done.repeated))


def _one(request: ActorRequest, run_id: int, **more: bool) -> dict[str, Any]:
    one = runs.run_of(AllocationRun, request.actor, run_id)
    return _run(one, runs.job_of(one)) | more


def _run(one: AllocationRun, job: Job | None) -> dict[str, Any]:
    under_way = job if one.state == runs.State.OPEN else None
    state = runs.state_told(one, under_way)
    return {
        "id": one.pk,
        "address": reverse("api:one_allocation_run", args=[one.pk]),
        "verb": one.verb,
        "area": one.area.code,
        "plan": one.plan_id,
        "state": state,
        "progress": under_way.progress if under_way else 0,
        "total": under_way.total if under_way else 0,
        "messages": _messages(under_way) if state == Job.State.FAILED else [],
        "asked_at": one.asked_at,
        "asked_by": one.asked_by_name,
        "made_at": one.made_at,
    }


def _messages(job: Job | None) -> list[str]:
    """Why the worker did not do it: the sentences of its refusal, or what the machine said."""
    if job is None:
        return []
    return [sentence(one) for one in runs.refusals_of(job)] or [job.message]
