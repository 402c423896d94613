"""Work done after the answer: a table of jobs, on both databases.

A job is taken by a conditional UPDATE, so one worker has it. The worker says every few seconds that it lives; a job
whose worker has been silent for a minute goes back to be done again. A job may therefore be begun twice: what it does
must be safe to repeat. Which kinds there are, and what does them, stands in `zhixuan/config/wiring.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zhixuan.shared.access import Actor, Scope
from zhixuan.shared.models import Job

DEAD_AFTER = timedelta(seconds=60)
BEGUN_TIMES_MAX = 3
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has taken: all that it needs to do it."""

    id: UUID
    kind: str
    arguments: Mapping[str, Any]
    actor_id: int | None
    actor_name: str
    area_path: str
    worker: str


class Cancelled(Exception):
    """Somebody took the job back while it was being done; raised by `note_progress`."""


def enqueue(
    kind: str,
    arguments: Mapping[str, Any],
    actor: Actor,
    area_path: str,
    at: datetime,
    job_id: UUID,
) -> UUID:
    """Put a job into the queue; the same id again changes nothing. Belongs into the transaction that wants it done.

    Args:
        arguments: JSON values.
        job_id: UUIDv7 made by the caller, often the command's own.
    """
    job = Job(
        id=job_id,
        kind=kind,
        arguments=dict(arguments),
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
        area_path=area_path,
        created_at=at,
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return job_id


def claim(*, worker: str, kinds: Collection[str], at: datetime) -> Claim | None:
    """Take the oldest waiting job of these kinds; None when there is none."""
    waiting = Job.objects.filter(state=Job.State.WAITING, kind__in=kinds).order_by("created_at", "id")
    for job in waiting[:CANDIDATES]:
        with transaction.atomic():
            taken = Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
                state=Job.State.RUNNING, claimed_by=worker, heartbeat_at=at, progress=0, message=""
            )
        if taken:
            return Claim(job.id, job.kind, job.arguments, job.actor_id, job.actor_name, job.area_path, worker)
    return None


def beat(claimed: Claim, at: datetime) -> bool:
    """Say that the worker lives; False when the job is no longer its own."""
    with transaction.atomic():
        return _own(claimed).update(heartbeat_at=at) == 1


def note_progress(claimed: Claim, *, progress: int, total: int, at: datetime, message: str = "") -> None:
    """Show how far it is. Call it outside long transactions: it is seen only once it is committed.

    Raises:
        Cancelled: the job was taken back, or another worker has it now; leave everything as it was.
    """
    with transaction.atomic():
        if not _own(claimed).update(progress=progress, total=total, message=message, heartbeat_at=at):
            raise Cancelled


def finish(claimed: Claim, outcome: Mapping[str, Any], at: datetime) -> bool:
    """Note that it is done, and what came out (JSON values); False when the job was taken back meanwhile."""
    return _end(claimed, Job.State.DONE, at, outcome=dict(outcome))


def fail(claimed: Claim, message: str, at: datetime, outcome: Mapping[str, Any] | None = None) -> bool:
    """Note that it could not be done, with the sentence that says why."""
    return _end(claimed, Job.State.FAILED, at, message=message, outcome=dict(outcome or {}))


def give_back(claimed: Claim) -> bool:
    """Let another worker begin it again: this one was asked to stop."""
    with transaction.atomic():
        return _own(claimed).update(state=Job.State.WAITING, claimed_by="", heartbeat_at=None) == 1


def cancel(job_id: UUID, at: datetime) -> bool:
    """Take a job back; one under way stops at its next sign of progress. False when it has ended already."""
    with transaction.atomic():
        open_ = Job.objects.filter(pk=job_id, state__in=[Job.State.WAITING, Job.State.RUNNING])
        return open_.update(state=Job.State.CANCELLED, finished_at=at) == 1


def requeue_dead(at: datetime) -> int:
    """Put jobs of silent workers back; one that has silenced three workers has failed. Answers how many."""
    silent = Q(state=Job.State.RUNNING, heartbeat_at__lt=at - DEAD_AFTER)
    changed = 0
    for job in Job.objects.filter(silent):
        begun_times = int(job.outcome.get("begun_times", 1)) + 1
        to: dict[str, Any] = {"state": Job.State.WAITING, "claimed_by": "", "heartbeat_at": None}
        if begun_times > BEGUN_TIMES_MAX:
            to = {"state": Job.State.FAILED, "message": "its worker died each time", "finished_at": at}
        with transaction.atomic():
            changed += Job.objects.filter(silent, pk=job.pk, claimed_by=job.claimed_by).update(
                outcome={"begun_times": begun_times}, **to
            )
    return changed


def job_of(job_id: UUID) -> Job | None:
    """One job, for whoever has checked that it may be seen."""
    return Job.objects.filter(pk=job_id).first()


def jobs_by_id(job_ids: Collection[UUID]) -> dict[UUID, Job]:
    """Many, for whoever has checked that they may be seen."""
    return {job.pk: job for job in Job.objects.filter(pk__in=job_ids)}


def jobs_in(scope: Scope) -> QuerySet[Job]:
    """Jobs of the areas in sight, latest first."""
    in_sight = Q(pk__in=[])
    for path in scope.area_paths:
        in_sight |= Q(area_path__startswith=path)
    return Job.objects.filter(in_sight).order_by("-created_at", "-id")


def _own(claimed: Claim) -> QuerySet[Job]:
    return Job.objects.filter(pk=claimed.id, state=Job.State.RUNNING, claimed_by=claimed.worker)


def _end(claimed: Claim, state: str, at: datetime, **columns: Any) -> bool:
    with transaction.atomic():
        return _own(claimed).update(state=state, finished_at=at, heartbeat_at=at, **columns) == 1
