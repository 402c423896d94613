"""Draw up the demand plan of an area for a year, proposed from the ledger."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandLine, DemandPlan
from zhixuan.modules.planning.queries import proposing
from zhixuan.modules.planning.queries.proposing import Proposed
from zhixuan.rules.planning.steps import State
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, sql
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def draw_demand(*, area_id: int, year: int, on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """A draft with a line for every place and product, with every term. Safe to repeat.

    Args:
        on: the day whose stock and use it starts from.

    Raises:
        Refused: there is a plan of that area and year (field `plan_id` in its values), or nothing to plan for.
        Unknown, Forbidden: see permissions.
    """
    area = directory.area(actor, area_id)
    permissions.require_plan(actor, area.path)
    if area.level not in proposing.PLANNING_LEVELS:
        raise Refused(N_("Villages plan with their township. Choose the township."), field="area", code="level")
    lines = proposing.proposed(area, today=on, year=year)

    if not on.year <= year <= on.year + 2:
        raise Refused(N_("Plan for this year or one of the next two."), field="year", code="year")
    if not lines:
        raise Refused(N_("No place of this area has ever had stock, so there is nothing to plan from."), field="area")

    row = (area.pk, year, State.DRAWN.value, sql.date_value(on), actor.user_id, actor.name[:150])
    if not sql.write(
        "INSERT INTO planning_demandplan (area_id, year, state, drawn_on, drawn_by, drawn_by_name) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (area_id, year) DO NOTHING",
        [row],
    ):
        there = DemandPlan.objects.get(area=area, year=year)
        raise Refused(
            N_("There is a plan of this area for {year} already."), code="there_already", year=year, plan_id=there.pk
        )
    plan = DemandPlan.objects.get(area=area, year=year)
    DemandLine.objects.bulk_create([_line(plan, one) for one in lines], batch_size=500)
    audit.record(actor, "draw_demand", "planning.demandplan", plan.pk, area.path, {"lines": len(lines)}, at)
    return plan.pk


def _line(plan: DemandPlan, one: Proposed) -> DemandLine:
    terms = one.terms
    return DemandLine(
        plan=plan,
        facility_id=one.facility_id,
        product_id=one.product_id,
        own_use=str(one.own_use),
        passed=str(terms.per_month),
        norm_months=str(terms.turnover_months),
        stock=terms.stock,
        on_the_way=terms.on_order,
        pieces_per_pack=terms.pieces_per_pack,
        quota=one.quota,
        forecast_need=one.forecast_need,
        use_known=one.use_known,
        proposed=terms.requested,
        pieces=terms.requested,
    )
