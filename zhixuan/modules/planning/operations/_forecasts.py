"""What the operations on a forecast share: find it and lock it."""

from __future__ import annotations

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import ForecastRun
from zhixuan.modules.planning.queries import forecasts
from zhixuan.shared.access import Actor


def locked(actor: Actor, run_id: int) -> ForecastRun:
    """The run, so that nobody else changes it meanwhile, if the actor plans there.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    permissions.require_plan(actor, forecasts.run(actor, run_id).area.path)
    return ForecastRun.objects.select_for_update(of=("self",)).select_related("area").get(pk=run_id)
