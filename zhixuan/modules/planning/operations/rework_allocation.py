"""Work an allocation plan out again: from the stock of today, with other settings, around what the planner decided."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_lines import check_settings, months_text
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def rework_allocation(
    *, plan_id: int, settings: Settings | None = None, on: date, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """The same stores and products as of today. Quantities and bounds that the planner set stay. Safe to repeat.

    Args:
        settings: as they are when left out.

    Raises:
        Refused: not open for changes; settings that make no sense; what was decided is more than there is now.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    allocation_steps.check_editable(AllocationState(plan.state))
    settings = settings or plans.settings_of(plan)
    check_settings(settings)
    decided = _allocations.touched(plan)
    products = sorted(set(plans.lines_of(plan_id).values_list("product_id", flat=True)))
    found = allocation_facts.found(plans.givers_of(plan), products, area=plan.area, on=on)

    plan.horizon_months = months_text(settings.horizon_months)
    plan.floor_months = months_text(settings.floor_months)
    plan.area_floor_months = months_text(settings.area_floor_months or None)
    plan.supply_percent = settings.supply_percent
    plan.worked_out_on = on
    plan.version += 1
    plan.save()
    lines = _allocations.write_out(plan, found, settings, decided)
    change = {"lines": lines, "kept": len(decided)}
    audit.record(actor, "rework_allocation", "planning.allocationplan", plan_id, plan.area.path, change, at)
    return plan_id
