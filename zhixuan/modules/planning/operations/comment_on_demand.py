"""Say something about a demand plan, or about one line of it: a thread that others answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.models import DemandComment
from zhixuan.modules.planning.queries import plans
from zhixuan.rules.planning import comments
from zhixuan.rules.planning.comments import Saying
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def comment_on_demand(
    *, plan_id: int, line_id: int | None = None, text: str, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """Begin a thread, open until somebody settles it; whoever may see the plan may. Safe to repeat.

    Raises:
        Refused: nothing is said, or too much.
        Unknown: the plan is not in sight, or has no such line.
    """
    plan = plans.plan(actor, plan_id)
    line = None if line_id is None else plans.line(plan_id, line_id)

    comments.check(Saying.SAY, text, is_open=True)

    made = DemandComment.objects.create(
        plan=plan,
        line=line,
        saying=Saying.SAY,
        text=text.strip(),
        is_open=True,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
    )
    about = {"comment": made.pk, "line": line_id}
    audit.record(actor, "comment_demand", "planning.demandplan", plan_id, plan.area.path, about, at)
    return made.pk
