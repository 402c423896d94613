"""Demand plans for programs to read: the same questions as the screens."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Query, Router, Schema

from zhixuan.modules.planning.queries import plans as queries
from zhixuan.modules.planning.queries.plans import DemandPlan
from zhixuan.shared.api import REFUSALS, Page
from zhixuan.shared.requests import ActorRequest

router = Router()


class PlanOut(Schema):
    id: int
    area: str
    year: int
    state: str
    drawn_on: date
    lines: int


class PlansOut(Schema):
    total: int
    rows: list[PlanOut]


class LineOut(Schema):
    facility: str
    product: str
    method: str
    users: int | None
    stock: int
    on_the_way: int
    proposed: int
    pieces: int
    reason: str


class LinesOut(Schema):
    total: int
    rows: list[LineOut]


@router.get("/plans", response={200: PlansOut, **REFUSALS})
def demand_plans(request: ActorRequest, asked: Query[Page]) -> Any:
    """Demand plans of the areas in sight, latest year first."""
    rows = queries.plans_for(request.actor)
    return {"total": rows.count(), "rows": [_plan(one) for one in rows[asked.offset : asked.offset + asked.limit]]}


def _plan(one: DemandPlan) -> dict[str, Any]:
    lines: int = one.lines_in_all  # type: ignore[attr-defined]  # annotated by `plans_for`
    return {
        "id": one.pk,
        "area": one.area.code,
        "year": one.year,
        "state": one.state,
        "drawn_on": one.drawn_on,
        "lines": lines,
    }


@router.get("/plans/{int:plan_id}/lines", response={200: LinesOut, **REFUSALS})
def demand_lines(request: ActorRequest, plan_id: int, asked: Query[Page]) -> Any:
    """Lines of a plan by place and product, quantities in pieces."""
    queries.plan(request.actor, plan_id)
    rows = queries.lines_of(plan_id)
    listed = [
        {
            "facility": line.facility.code,
            "product": line.product.code,
            "method": line.method,
            "users": line.users,
            "stock": line.stock,
            "on_the_way": line.on_the_way,
            "proposed": line.proposed,
            "pieces": line.pieces,
            "reason": line.reason,
        }
        for line in rows[asked.offset : asked.offset + asked.limit]
    ]
    return {"total": rows.count(), "rows": listed}
