"""Give a place another quantity than the system proposes, with a reason; the proposal stays beside it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_lines, allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def change_allocation_line(
    *, plan_id: int, line_id: int, pieces: int, reason: str = "", actor: Actor, at: datetime
) -> bool:
    """Set the quantity of one line; no command id: repeating changes nothing. Answers whether anything changed.

    More than the store has may stand in a draft for a while: it is said on the page, and cannot be sent in.

    Raises:
        Refused: not open for changes; no whole packs; the reason is missing.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _allocations.locked(actor, plan_id)
    line = plans.line(plan_id, line_id)

    allocation_steps.check_editable(AllocationState(plan.state))
    allocation_lines.check_line(pieces, reason, proposed=line.proposed, pack=line.pieces_per_pack)
    said = reason.strip()[:300] if pieces != line.proposed else ""
    if (line.pieces, line.reason) == (pieces, said):
        return False

    before = line.pieces
    line.pieces, line.reason, line.changed_by = pieces, said, actor.user_id
    line.save(update_fields=["pieces", "reason", "changed_by"])
    _allocations.note_change(plan)
    change = {"line": line_id, "from": before, "to": pieces}
    audit.record(actor, "change_allocation_line", "planning.allocationplan", plan_id, plan.area.path, change, at)
    return True
