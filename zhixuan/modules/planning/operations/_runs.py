"""What the operations on background runs share: find and lock one, put it into the queue, stop it, begin it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from zhixuan import __version__
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import runs
from zhixuan.modules.planning.run_models import Run, State
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, jobs
from zhixuan.shared.access import Actor

R = TypeVar("R", bound=Run)
MONTHS_A_YEAR = 12


def locked(kind: type[R], actor: Actor, run_id: int) -> R:
    """The run, so that nobody else changes it meanwhile, if the actor plans there.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    permissions.require_plan(actor, runs.run_of(kind, actor, run_id).area.path)
    return in_hand(kind, run_id)


def in_hand(kind: type[R], run_id: int) -> R:
    """The same for the worker, who has been asked by somebody who may."""
    return kind._default_manager.select_for_update(of=("self",)).select_related("area").get(pk=run_id)


def asked_by(actor: Actor, at: datetime, job_id: UUID) -> dict[str, Any]:
    """Columns that say who asked for a run, and what makes it."""
    return {"job_id": job_id, "asked_at": at, "asked_by": actor.user_id, "asked_by_name": actor.name[:150]}


def queue(run: Run, job: str, actor: Actor, at: datetime) -> None:
    """Let the worker make it; belongs into the transaction that asks."""
    jobs.enqueue(job, {"run": run.pk}, actor, run.area.path, at, run.job_id)


def stop(run: Run, deed: str, actor: Actor, at: datetime) -> bool:
    """Take it back; False when it had been.

    Raises:
        Refused: it is made already.
    """
    if run.state == State.CANCELLED:
        return False
    _not_made(run)
    jobs.cancel(run.job_id, at)
    run.state = State.CANCELLED
    run.save(update_fields=["state"])
    note(run, deed, {}, actor, at)
    return True


def begin_again(run: Run, job: str, deed: str, command_id: UUID, actor: Actor, at: datetime) -> int:
    """The same run with a new job.

    Raises:
        Refused: it is made already, or under way.
    """
    _not_made(run)
    if runs.is_under_way(run):
        raise Refused(N_("This is being worked out."), code="under_way")
    run.state, run.job_id = State.OPEN, command_id
    queue(run, job, actor, at)
    run.save(update_fields=["state", "job_id"])
    note(run, deed, {}, actor, at)
    return int(run.pk)


def keep_made(run: Run, made: Mapping[str, Any], deed: str, actor: Actor, at: datetime) -> None:
    """Write what came of it: columns by name; the run is made."""
    for name, value in made.items():
        setattr(run, name, value)
    run.state, run.made_at, run.version = State.DONE, at, __version__
    run.save(update_fields=["state", "made_at", "version", *made])
    note(run, deed, {}, actor, at)


def note(run: Run, deed: str, details: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Who did what, for the audit trail."""
    audit.record(actor, deed, f"planning.{run._meta.model_name}", run.pk, run.area.path, dict(details), at)


def exact(value: float, digits: int) -> Decimal:
    """A figure of a forecast with as many digits as its column keeps."""
    return Decimal(f"{value:.{digits}f}")


def hundredths(value: float) -> Decimal:
    """Pieces, to the hundredth."""
    return exact(value, 2)


def _not_made(run: Run) -> None:
    if run.state == State.DONE:
        raise Refused(N_("This is made already. Ask for a new one."), code="ended")
