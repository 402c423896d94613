"""Take the newest forecast into a plan that is still being worked on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _plans
from zhixuan.modules.planning.queries import forecast_needs, plans, proposing
from zhixuan.rules.planning import steps
from zhixuan.rules.planning.steps import State
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.replacing import handover
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def take_forecast(*, plan_id: int, actor: Actor, at: datetime) -> int:
    """The need by forecast of every line anew; lines that stand on it are proposed anew. Repeating changes nothing.

    Returns:
        How many lines have one.

    Raises:
        Refused: sent in; no forecast reaches over the plan's year.
        Unknown, Forbidden: see permissions.
    """
    plan = _plans.locked(actor, plan_id)
    lines = list(plans.bare_lines(plan_id))
    gone = proposing.handed_over(plan.year, today=plan.drawn_on).gone
    how = handover(gone, {line.product_id for line in lines})
    known = forecast_needs.of_places({line.facility_id for line in lines}, plan.year, how)

    steps.check_editable(State(plan.state))
    if not known:
        raise Refused(
            N_("No forecast of these places reaches over the whole of {year}. Make one first."), year=plan.year
        )
    changed = []
    for line in lines:
        found = known.get((line.facility_id, line.product_id))
        taken = "" if found is None else str(found)
        if taken != line.forecast_need:
            line.forecast_need = taken
            _plans.propose_anew(line)
            changed.append(line)

    _plans.keep(changed, ["forecast_need", "proposed", "pieces", "reason"])
    if changed:
        about = {"lines": len(changed)}
        audit.record(actor, "take_forecast", "planning.demandplan", plan_id, plan.area.path, about, at)
    return len(known)
