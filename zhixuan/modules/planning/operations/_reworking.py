"""Working an allocation plan out again: what is read and worked out, which may take long, and what is then written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.orders.queries.orders import routes_of
from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.operations._allocations import Worked
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_lines import check_settings, months_text
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.planning.sharing_out import Report
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class ToRework:
    """What comes out of a plan's version today, not written yet."""

    plan_id: int
    version: int
    settings: Settings
    on: date
    kept: int
    worked: Worked

    def write(self, *, actor: Actor, command_id: UUID, at: datetime) -> int:
        """The plan's id; belongs into a transaction, as the last part of an operation.

        Raises:
            Refused: the plan was changed since this was worked out, or is not open for changes any more.
        """
        plan = _allocations.locked(actor, self.plan_id)
        state = check(plan, self.settings)
        if plan.version != self.version:
            raise Refused(
                N_("The plan was changed while it was being worked out. Work it out once more."), code="changed"
            )
        plan.horizon_months = months_text(self.settings.horizon_months)
        plan.floor_months = months_text(self.settings.floor_months)
        plan.area_floor_months = months_text(self.settings.area_floor_months or None)
        plan.supply_percent = self.settings.supply_percent
        plan.worked_out_on = self.on
        plan.version += 1
        plan.save()
        changed = _allocations.keep(plan, self.worked)
        change: dict[str, Any] = {"lines": len(self.worked.lines), "kept": self.kept}
        told = change | {"changed": changed}
        if state is AllocationState.REVOKED:
            _allocations.take(plan, AllocationVerb.REWORK, details=told, actor=actor, at=at)
        else:
            _allocations.note_step(plan, AllocationVerb.REWORK, details=told | {"draft": True}, actor=actor, at=at)
            path = plan.area.path
            audit.record(actor, "rework_allocation", "planning.allocationplan", plan.pk, path, change, at)
        return plan.pk


def prepare(plan: AllocationPlan, settings: Settings | None, on: date, report: Report | None = None) -> ToRework:
    """Read and work out; nothing is written.

    Raises:
        Refused: not open for changes; another plan of a store is open (`open_plan`); settings that make no
            sense; what was decided is more than there is now.
    """
    settings = settings or plans.settings_of(plan)
    state = check(plan, settings)
    decided = _allocations.touched(plan)
    if state is AllocationState.REVOKED:
        served = routes_of(plans.revocation_of(plan.pk)[1])
        decided = {key: line for key, line in decided.items() if key[:2] not in served}
    products = plans.rows_of(plan.pk).values_list("product_id", flat=True).distinct()
    found = allocation_facts.found(plans.givers_of(plan), sorted(products), area=plan.area, on=on)
    worked = _allocations.work_out(found, settings, decided, report)
    return ToRework(plan.pk, plan.version, settings, on, len(decided), worked)


def check(plan: AllocationPlan, settings: Settings) -> AllocationState:
    """It may be worked out again now.

    Raises:
        Refused: not open for changes; another plan of a store is open; settings that make no sense.
    """
    state = AllocationState(plan.state)
    allocation_steps.check_reworkable(state)
    check_settings(settings)
    if state is AllocationState.REVOKED:
        _allocations.check_none_open(plans.givers_of(plan))
    return state
