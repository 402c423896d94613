"""What runs of every kind have in common: which are in sight, what makes them, whether that is under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import AllocationRun, PolicyRun
from zhixuan.modules.planning.run_models import Run, State
from zhixuan.rules.refusal import Refused
from zhixuan.shared import jobs
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.jobs import Job

__all__ = ["AllocationRun", "PolicyRun", "Run", "State"]

R = TypeVar("R", bound=Run)


def runs_in_sight(kind: type[R], actor: Actor) -> QuerySet[R]:
    """Runs of the areas in sight, latest first."""
    found = kind._default_manager.filter(permissions.areas_in_sight(actor, "area__path"))
    return found.select_related("area").order_by("-id")


def run_of(kind: type[R], actor: Actor, run_id: int) -> R:
    """One run.

    Raises:
        Unknown: none such in sight.
    """
    return the_one(runs_in_sight(kind, actor).filter(pk=run_id))


def run_of_job(kind: type[R], run_id: int) -> R:
    """The run of a job, for the worker."""
    return kind._default_manager.select_related("area").get(pk=run_id)


def job_of(one: Run) -> Job | None:
    """What makes a run."""
    return jobs.job_of(one.job_id)


def jobs_of(some: Sequence[Run]) -> dict[UUID, Job]:
    """What makes them, by `job_id`: one question for all."""
    return jobs.jobs_by_id([one.job_id for one in some])


def state_told(one: Run, job: Job | None) -> str:
    """waiting, running, done, cancelled, or failed; `job`: what makes an open run."""
    if one.state != State.OPEN:
        return str(one.state)
    return str(job.state) if job else Job.State.FAILED.value


def refusals_of(job: Job) -> list[Refused]:
    """Why the worker did not do it; none where the machine broke off."""
    return [Refused(one["message"], **one["fields"]) for one in job.outcome.get("refused", [])]


def is_under_way(one: Run) -> bool:
    """Whether a worker has it, or it waits for one."""
    job = job_of(one)
    return one.state == State.OPEN and job is not None and job.state in {Job.State.WAITING, Job.State.RUNNING}
