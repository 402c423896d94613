"""Answer a comment on a demand plan, or settle it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.models import DemandComment
from zhixuan.modules.planning.queries import plans
from zhixuan.rules.planning import comments
from zhixuan.rules.planning.comments import Saying
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import once


@once
def answer_demand_comment(
    *, plan_id: int, thread_id: int, saying: Saying, text: str = "", actor: Actor, command_id: UUID, at: datetime
) -> int:
    """Say more, which opens a settled thread again, or settle it; whoever may see the plan may. Safe to repeat.

    Raises:
        Refused: nothing is said, or too much; somebody has settled it meanwhile.
        Unknown: the plan is not in sight, or has no such thread.
    """
    plan = plans.plan(actor, plan_id)
    of_plan = DemandComment.objects.filter(plan=plan, thread=None, pk=thread_id)
    thread = the_one(of_plan.select_for_update())

    comments.check(saying, text, is_open=thread.is_open)

    DemandComment.objects.create(
        plan=plan,
        line_id=thread.line_id,
        thread=thread,
        saying=saying,
        text=text.strip(),
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
    )
    thread.is_open = saying is Saying.SAY
    thread.save(update_fields=["is_open"])
    about = {"comment": thread_id, "line": thread.line_id}
    audit.record(actor, f"{saying.value}_demand_comment", "planning.demandplan", plan_id, plan.area.path, about, at)
    return thread_id
