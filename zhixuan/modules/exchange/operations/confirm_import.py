"""Have a checked import done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.exchange import permissions
from zhixuan.modules.exchange.models import ImportRun
from zhixuan.modules.exchange.queries import runs
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, jobs
from zhixuan.shared.access import Actor

POST_JOB = "exchange.post"
State = ImportRun.State
READY = frozenset({State.CHECKED, State.CANCELLED, State.FAILED})


@transaction.atomic
def confirm_import(*, run_id: UUID, actor: Actor, command_id: UUID, at: datetime) -> ImportRun:
    """Put the posting of a checked run into the queue; one that was stopped goes on. Safe to repeat.

    Raises:
        Refused: the run is not checked, or it is done.
        Unknown, Forbidden: see permissions.
    """
    runs.run(actor, run_id)
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    permissions.require_work_on(actor, run)
    if run.state == State.POSTING and run.job_id == command_id:
        return run
    if run.state not in READY or not run.uploads.exists():
        raise Refused(N_("This import cannot be started now. Look at its state."), code="not_ready")
    run.state, run.job_id = State.POSTING, command_id
    run.save(update_fields=["state", "job_id"])
    jobs.enqueue(POST_JOB, {"run": str(run.pk)}, actor, run.area_path, at, command_id)
    audit.record(actor, "confirm_import", "exchange.run", run.pk, run.area_path, {}, at)
    return run
