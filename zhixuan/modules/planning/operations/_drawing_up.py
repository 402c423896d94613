"""Drawing an allocation plan up: what is read and worked out, which may take long, and what is then written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area, Facility
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.operations._allocations import Worked
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.rules.planning.allocation_lines import check_settings, months_text
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.planning.sharing_out import Report
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, numbers
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class ToDraw:
    """A plan that is worked out and not written yet."""

    area: Area
    givers: Sequence[Facility]
    settings: Settings
    note: str
    on: date
    worked: Worked

    def write(self, *, actor: Actor, command_id: UUID, at: datetime) -> int:
        """The plan's id; belongs into a transaction, as the last part of an operation.

        Raises:
            Refused: a plan of one of the stores is open (`plan_id`).
        """
        number = numbers.next_number("planning.allocation", self.area.pk, self.on.year)
        _allocations.check_none_open(self.givers)
        plan = AllocationPlan.objects.create(
            area=self.area,
            year=self.on.year,
            number=number,
            state=AllocationState.DRAWN,
            horizon_months=months_text(self.settings.horizon_months),
            floor_months=months_text(self.settings.floor_months),
            area_floor_months=months_text(self.settings.area_floor_months or None),
            supply_percent=self.settings.supply_percent,
            note=self.note.strip()[:300],
            worked_out_on=self.on,
            drawn_on=self.on,
            drawn_by=actor.user_id,
            drawn_by_name=actor.name[:150],
        )
        _allocations.keep(plan, self.worked)
        lines = len(self.worked.lines)
        path = self.area.path
        audit.record(actor, "draw_allocation", "planning.allocationplan", plan.pk, path, {"lines": lines}, at)
        return plan.pk


def checked(actor: Actor, giver_ids: Sequence[int], settings: Settings) -> tuple[Area, list[Facility]]:
    """The area of a plan and its stores, if the actor plans there and none of them has an open plan.

    Raises:
        Refused: no store, settings that make no sense, or a plan of one of them is open (`plan_id`).
        Unknown, Forbidden: see permissions.
    """
    givers = [directory.facility(actor, giver_id) for giver_id in sorted(set(giver_ids))]
    for giver in givers:
        permissions.require_plan(actor, giver.area_path)
    check_settings(settings)
    area = _area(actor, givers)
    _allocations.check_none_open(givers)
    return area, givers


def prepare(
    *,
    giver_ids: Sequence[int],
    product_ids: Sequence[int],
    settings: Settings,
    note: str,
    on: date,
    actor: Actor,
    report: Report | None = None,
) -> ToDraw:
    """Read and work out; nothing is written.

    Raises:
        Refused: as `checked`, or nothing to give.
        Unknown, Forbidden: see permissions.
    """
    area, givers = checked(actor, giver_ids, settings)
    found = allocation_facts.found(givers, product_ids, area=area, on=on)
    if not found.facts:
        raise Refused(
            N_("There is nothing to allocate: the stores are empty, or they feed no place that may hold it."),
            field="givers",
            code="nothing",
        )
    worked = _allocations.work_out(found, settings, {}, report)
    return ToDraw(area, givers, settings, note, on, worked)


def _area(actor: Actor, givers: Sequence[Facility]) -> Area:
    """The area of the plan: the smallest that all its stores lie in."""
    if not givers:
        raise Refused(N_("Choose a store to give out of."), field="givers", code="no_store")
    area = allocation_facts.common_area(givers)
    if area is None:
        raise Refused(N_("These stores have no area in common. Choose stores of one area."), field="givers")
    permissions.require_plan(actor, area.path)
    return area
