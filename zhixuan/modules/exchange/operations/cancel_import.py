"""Stop an import."""

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

State = ImportRun.State


@transaction.atomic
def cancel_import(*, run_id: UUID, actor: Actor, at: datetime) -> ImportRun:
    """Stop a run that waits or is under way; what it has posted stays, and it can go on later. Safe to repeat.

    Raises:
        Refused: it has ended already.
        Unknown, Forbidden: see permissions.
    """
    runs.run(actor, run_id)
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    permissions.require_work_on(actor, run)
    if run.state == State.CANCELLED:
        return run
    if run.state not in {State.WAITING, State.CHECKED, State.POSTING}:
        raise Refused(N_("This import has ended already."), code="ended")
    if run.job_id is not None:
        jobs.cancel(run.job_id, at)
    run.state, run.finished_at = State.CANCELLED, at
    run.save(update_fields=["state", "finished_at"])
    audit.record(actor, "cancel_import", "exchange.run", run.pk, run.area_path, {}, at)
    return run
