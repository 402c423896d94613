"""Plan another quantity than the system proposes, with a reason; the proposal stays beside it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _plans
from zhixuan.modules.planning.queries import plans
from zhixuan.rules.planning import lines, steps
from zhixuan.rules.planning.steps import State
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def change_demand_line(
    *, plan_id: int, line_id: int, pieces: int, reason: str = "", actor: Actor, at: datetime
) -> bool:
    """Set the quantity of one line; no command id: repeating changes nothing. Answers whether anything changed.

    Raises:
        Refused: the plan has been sent in; no whole packs; the reason is missing.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _plans.locked(actor, plan_id)
    line = plans.line(plan_id, line_id)

    steps.check_editable(State(plan.state))
    lines.check_change(pieces, reason, proposed=line.proposed, pack=line.pieces_per_pack)
    said = reason.strip()[:300] if pieces != line.proposed else ""
    if (line.pieces, line.reason) == (pieces, said):
        return False

    before = line.pieces
    line.pieces, line.reason, line.changed_by = pieces, said, actor.user_id
    line.save(update_fields=["pieces", "reason", "changed_by"])
    change = {"line": line_id, "from": before, "to": pieces}
    audit.record(actor, "change_demand_line", "planning.demandplan", plan_id, plan.area.path, change, at)
    return True
