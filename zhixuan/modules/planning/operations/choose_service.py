"""Choose the service level of an area, from what policies tried on its own past have shown."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import PolicyRun, ServiceChoice
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.queries import policies, runs
from zhixuan.rules.planning.service import check_service
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

NOTE_MAX = 300


@once
def choose_service(*, run_id: int, service: Decimal, note: str, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Add a choice for the area of the run; earlier ones stay on record, the newest counts there and below.

    Raises:
        Refused: the run is not made, the level was not tried in it, or nobody says why.
        Unknown, Forbidden: see permissions.
    """
    run = runs.run_of(PolicyRun, actor, run_id)
    permissions.require_plan(actor, run.area.path, permissions.CHOOSE_SERVICE)

    if run.state != PolicyRun.State.DONE:
        raise Refused(N_("Nothing is known of this yet: wait until it has been worked out."), code="not_made")
    check_service(float(service))
    if not any(float(service) == line.setting for line in policies.ours_of(run)):
        raise Refused(N_("Choose one of the service levels that were tried."), field="service", code="service")
    if not note.strip():
        raise Refused(N_("Say why this level: others will ask."), field="note", code="reason_needed")

    made = ServiceChoice.objects.create(
        area=run.area,
        run=run,
        service=service,
        note=note.strip()[:NOTE_MAX],
        chosen_at=at,
        chosen_by=actor.user_id,
        chosen_by_name=actor.name[:150],
    )
    _runs.note(run, "choose_service", {"service": str(service), "choice": made.pk}, actor, at)
    return made.pk
