"""Say what a place gets at least and at most; the plan is then worked out again within it."""

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
def bound_allocation_line(
    *, plan_id: int, line_id: int, least: int | None, most: int | None, actor: Actor, at: datetime
) -> bool:
    """Set the bounds of one line, None for none; no command id: repeating changes nothing.

    They count from the next working out (`rework_allocation`). Answers whether anything changed.

    Raises:
        Refused: not open for changes; no whole packs; the least above the most.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _allocations.locked(actor, plan_id)
    line = plans.line(plan_id, line_id)

    allocation_steps.check_editable(AllocationState(plan.state))
    allocation_lines.check_bounds(least, most, pack=line.pieces_per_pack)
    if (line.least, line.most) == (least, most):
        return False

    line.least, line.most, line.changed_by = least, most, actor.user_id
    line.save(update_fields=["least", "most", "changed_by"])
    _allocations.note_change(plan)
    change = {"line": line_id, "least": least, "most": most}
    audit.record(actor, "bound_allocation_line", "planning.allocationplan", plan_id, plan.area.path, change, at)
    return True
