"""A plan line by line against what came of it in its year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.planning.models import DemandPlan, DemandStep
from zhixuan.modules.planning.queries.named_lines import named_lines
from zhixuan.modules.planning.queries.plans import Known, need_known
from zhixuan.modules.stock.queries import year_flows
from zhixuan.modules.stock.queries.year_flows import Flow
from zhixuan.rules.planning.fulfilment import Fulfilment
from zhixuan.rules.planning.steps import State, Verb
from zhixuan.rules.replacing import Successor, counted_in

Series = tuple[int, int]
"""(facility id, product id)"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or (`line_id` None) all lines of a product."""

    facility: Any
    product: Any
    figures: Fulfilment
    plan_id: int | None = None
    line_id: int | None = None


def rows_of(plan: DemandPlan, *, today: date) -> list[Row]:
    """Every line with what was sent in first, approved, delivered and used of it until today."""
    lines = named_lines(plan.pk, "pieces", *Known._fields)
    sent = DemandStep.objects.filter(plan=plan, verb=Verb.SUBMIT).order_by("number").first()
    first = sent.quantities if sent else {}
    until = min(today, date(plan.year, 12, 31))
    places = {one.facility_id for one in lines}
    flows = _by_line(
        year_flows.flows(places, first=date(plan.year, 1, 1), last=until),
        {(one.facility_id, one.product_id) for one in lines},
        catalogue.successors(until),
    )
    nothing, approved = Flow(), plan.state == State.APPROVED
    found = []
    for one in lines:
        flow = flows.get((one.facility_id, one.product_id), nothing)
        figures = Fulfilment(
            first=first.get(str(one.pk)),
            approved=one.values[0] if approved else None,
            need=need_known(Known(*one.values[1:])),
            received=flow.received,
            passed_on=flow.passed_on,
            used=flow.dispensed,
        )
        found.append(Row(one.facility, one.product, figures, plan.pk, one.pk))
    return found


def _by_line(
    flows: Mapping[Series, Flow], lines: Set[Series], successors: Mapping[int, Successor[int]]
) -> dict[Series, Flow]:
    """Flows by the line that they belong to, in pieces of its product: where another took a product's place and only
    one of the two is planned, both count in its line."""
    planned: dict[int, set[int]] = defaultdict(set)
    for place, product in lines:
        planned[place].add(product)
    sums: dict[Series, list[tuple[Flow, Fraction]]] = defaultdict(list)
    for (place, product), flow in flows.items():
        step = counted_in(product, planned[place], successors)
        if step is not None:
            sums[place, step.product].append((flow, step.pieces))
    return {series: _sum(parts) for series, parts in sums.items()}


def _sum(parts: list[tuple[Flow, Fraction]]) -> Flow:
    names = ("received", "passed_on", "dispensed")
    return Flow(*(round(sum(getattr(flow, name) * pieces for flow, pieces in parts)) for name in names))


def by_product(rows: Iterable[Row]) -> list[Row]:
    """The sum of the lines of each product."""
    sums: dict[int, Row] = {}
    for row in rows:
        known = sums.get(row.product.pk)
        figures = known.figures + row.figures if known else row.figures
        sums[row.product.pk] = Row(None, row.product, figures)
    return sorted(sums.values(), key=lambda row: (row.product.method.position, row.product.code))
