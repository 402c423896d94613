"""Send a demand plan in; return or approve it from the level above."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandLine, DemandStep
from zhixuan.modules.planning.operations import _plans
from zhixuan.modules.planning.queries import comments, plans
from zhixuan.rules.planning import steps
from zhixuan.rules.planning.comments import check_approval
from zhixuan.rules.planning.steps import LEADS_TO, State, Verb
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def take_demand_step(
    *,
    plan_id: int,
    verb: Verb,
    note: str = "",
    although_open: bool = False,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """Take one step; sent in, the quantities of that version are kept with it. Safe to repeat.

    Args:
        although_open: the person knows that comments are still open, and approves all the same.

    Raises:
        Refused: not in this state; one's own plan; not the level above; nothing said about a return; open comments.
        Unknown, Forbidden: see permissions.
    """
    plan = _plans.locked(actor, plan_id)
    above = permissions.is_above(actor, plan.area.path)

    steps.check(verb, State(plan.state), from_above=above, wrote_in_it=plans.wrote_in(actor, plan), note=note)
    if verb is Verb.APPROVE:
        check_approval(comments.open_count(plan_id), although_open=although_open)
    quantities = {}
    if verb is Verb.SUBMIT:
        quantities = {
            str(pk): pieces for pk, pieces in DemandLine.objects.filter(plan=plan).values_list("pk", "pieces")
        }

    number = DemandStep.objects.filter(plan=plan).count() + 1
    DemandStep.objects.create(
        plan=plan,
        number=number,
        verb=verb,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
        note=note.strip()[:500],
        quantities=quantities,
    )
    plan.state = LEADS_TO[verb]
    plan.save(update_fields=["state"])
    audit.record(actor, f"{verb.value}_demand", "planning.demandplan", plan_id, plan.area.path, {"step": number}, at)
    return plan_id
