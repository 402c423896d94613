"""Draw up an allocation plan: who gets what of the lots of some stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area, Facility
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.rules.planning.allocation_lines import check_settings, months_text
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, numbers
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def draw_allocation(
    *,
    giver_ids: Sequence[int],
    product_ids: Sequence[int] = (),
    settings: Settings | None = None,
    note: str = "",
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A draft with a line for every place that the stores feed and every product. Safe to repeat.

    Args:
        product_ids: none for all that the stores have.
        on: the day whose stock, use and calendar it starts from.

    Raises:
        Refused: no store, settings that make no sense, nothing to give, or a plan of one of them is open (`plan_id`).
        Unknown, Forbidden: see permissions.
    """
    settings = settings or Settings()
    givers = [directory.facility(actor, giver_id) for giver_id in sorted(set(giver_ids))]
    for giver in givers:
        permissions.require_plan(actor, giver.area_path)
    check_settings(settings)
    area = _area(actor, givers)
    number = numbers.next_number("planning.allocation", area.pk, on.year)
    _allocations.check_none_open(givers)
    found = allocation_facts.found(givers, product_ids, area=area, on=on)
    if not found.facts:
        raise Refused(
            N_("There is nothing to allocate: the stores are empty, or they feed no place that may hold it."),
            field="givers",
            code="nothing",
        )

    plan = AllocationPlan.objects.create(
        area=area,
        year=on.year,
        number=number,
        state=AllocationState.DRAWN,
        horizon_months=months_text(settings.horizon_months),
        floor_months=months_text(settings.floor_months),
        area_floor_months=months_text(settings.area_floor_months or None),
        supply_percent=settings.supply_percent,
        note=note.strip()[:300],
        worked_out_on=on,
        drawn_on=on,
        drawn_by=actor.user_id,
        drawn_by_name=actor.name[:150],
    )
    lines = _allocations.write_out(plan, found, settings, {})
    audit.record(actor, "draw_allocation", "planning.allocationplan", plan.pk, area.path, {"lines": lines}, at)
    return plan.pk


def _area(actor: Actor, givers: Sequence[Facility]) -> Area:
    """The area of the plan: the smallest that all its stores lie in."""
    if not givers:
        raise Refused(N_("Choose a store to give out of."), field="givers", code="no_store")
    area = allocation_facts.common_area(givers)
    if area is None:
        raise Refused(N_("These stores have no area in common. Choose stores of one area."), field="givers")
    permissions.require_plan(actor, area.path)
    return area
