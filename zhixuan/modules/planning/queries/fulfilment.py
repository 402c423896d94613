"""A plan line by line against what came of it in its year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.models import DemandLine, DemandPlan, DemandStep
from zhixuan.modules.planning.queries.plans import basis_of
from zhixuan.modules.stock.queries import year_flows
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.fulfilment import Fulfilment
from zhixuan.rules.planning.needs import need_of
from zhixuan.rules.planning.steps import State, Verb


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or (`line` None) all lines of a product."""

    facility: Any
    product: Any
    figures: Fulfilment
    line: DemandLine | None = None


def lines_with_names(plan_id: int) -> list[DemandLine]:
    """Lines of a plan by place and product; each place and product is read once, however many lines it has."""
    lines = list(DemandLine.objects.filter(plan_id=plan_id))
    places = directory.all_facilities().in_bulk({one.facility_id for one in lines})
    products = catalogue.products().in_bulk({one.product_id for one in lines})
    for one in lines:
        one.facility, one.product = places[one.facility_id], products[one.product_id]
    return sorted(lines, key=_place_and_product)


def _place_and_product(one: DemandLine) -> tuple[str, str, int, str]:
    return one.facility.area_path, one.facility.code, one.product.method.position, one.product.code


def rows_of(plan: DemandPlan, *, today: date) -> list[Row]:
    """Every line with what was sent in first, approved, delivered and used of it until today."""
    lines = lines_with_names(plan.pk)
    sent = DemandStep.objects.filter(plan=plan, verb=Verb.SUBMIT).order_by("number").first()
    first = sent.quantities if sent else {}
    until = min(today, date(plan.year, 12, 31))
    places = {one.facility_id for one in lines}
    flows = year_flows.flows(places, first=date(plan.year, 1, 1), last=until)
    found = []
    for one in lines:
        flow = flows.get((one.facility_id, one.product_id), year_flows.Flow())
        figures = Fulfilment(
            first=first.get(str(one.pk)),
            approved=one.pieces if plan.state == State.APPROVED else None,
            need=need_of(basis_of(one), Method(one.method)),
            received=flow.received,
            passed_on=flow.passed_on,
            used=flow.dispensed,
        )
        found.append(Row(one.facility, one.product, figures, one))
    return found


def by_product(rows: Iterable[Row]) -> list[Row]:
    """The sum of the lines of each product."""
    sums: dict[int, Row] = {}
    for row in rows:
        known = sums.get(row.product.pk)
        figures = known.figures + row.figures if known else row.figures
        sums[row.product.pk] = Row(None, row.product, figures)
    return sorted(sums.values(), key=lambda row: (row.product.method.position, row.product.code))
