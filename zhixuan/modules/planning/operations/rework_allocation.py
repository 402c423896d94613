"""Work an allocation plan out again: from the stock of today, with other settings, around what the planner decided."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.orders.queries.orders import routes_of
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_lines import check_settings, months_text
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def rework_allocation(
    *, plan_id: int, settings: Settings | None = None, on: date, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """The same stores and products as of today. Quantities and bounds that the planner set stay; a revoked plan becomes
    a draft again, its next version, where they stay only for places that have been sent nothing. Safe to repeat.

    Args:
        settings: as they are when left out.

    Raises:
        Refused: not open for changes; another plan of a store is open (`open_plan`); settings that make no
            sense; what was decided is more than there is now.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    state = AllocationState(plan.state)
    allocation_steps.check_reworkable(state)
    settings = settings or plans.settings_of(plan)
    check_settings(settings)
    givers = plans.givers_of(plan)
    decided = _allocations.touched(plan)
    if state is AllocationState.REVOKED:
        _allocations.check_none_open(givers)
        served = routes_of(plans.revocation_of(plan_id)[1])
        decided = {key: line for key, line in decided.items() if key[:2] not in served}
    products = sorted(set(plans.lines_of(plan_id).values_list("product_id", flat=True)))
    found = allocation_facts.found(givers, products, area=plan.area, on=on)

    plan.horizon_months = months_text(settings.horizon_months)
    plan.floor_months = months_text(settings.floor_months)
    plan.area_floor_months = months_text(settings.area_floor_months or None)
    plan.supply_percent = settings.supply_percent
    plan.worked_out_on = on
    plan.version += 1
    plan.save()
    lines = _allocations.write_out(plan, found, settings, decided)
    change = {"lines": lines, "kept": len(decided)}
    if state is AllocationState.REVOKED:
        _allocations.take(plan, AllocationVerb.REWORK, details=change, actor=actor, at=at)
        return plan_id
    audit.record(actor, "rework_allocation", "planning.allocationplan", plan_id, plan.area.path, change, at)
    return plan_id
