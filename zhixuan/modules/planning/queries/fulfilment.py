"""A plan line by line against what came of it in its year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from zhixuan.modules.planning.models import DemandPlan, DemandStep
from zhixuan.modules.planning.queries.named_lines import NamedLine, named_lines
from zhixuan.modules.stock.queries import year_flows
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.fulfilment import Fulfilment
from zhixuan.rules.planning.needs import Basis, need_of
from zhixuan.rules.planning.steps import State, Verb


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or (`line` None) all lines of a product."""

    facility: Any
    product: Any
    figures: Fulfilment
    line: NamedLine | None = None


NEED_COLUMNS = ("method", "use_known", "own_use", "users", "quota", "forecast_need")
NO_FLOW = year_flows.Flow()


def rows_of(plan: DemandPlan, *, today: date) -> list[Row]:
    """Every line with what was sent in first, approved, delivered and used of it until today."""
    lines = named_lines(plan.pk, *NEED_COLUMNS)
    sent = DemandStep.objects.filter(plan=plan, verb=Verb.SUBMIT).order_by("number").first()
    first = sent.quantities if sent else {}
    until = min(today, date(plan.year, 12, 31))
    places = {one.facility.pk for one in lines}
    flows = year_flows.flows(places, first=date(plan.year, 1, 1), last=until)
    found = []
    for one in lines:
        flow = flows.get((one.facility.pk, one.product.pk), NO_FLOW)
        figures = Fulfilment(
            first=first.get(str(one.pk)),
            approved=one.pieces if plan.state == State.APPROVED else None,
            need=_need(*one.more),
            received=flow.received,
            passed_on=flow.passed_on,
            used=flow.dispensed,
        )
        found.append(Row(one.facility, one.product, figures, one))
    return found


def _need(method: str, use_known: bool, own_use: str, users: int | None, quota: str, forecast: str) -> Fraction:
    """The need that stands. Only what its way is told from is read: fractions are dear."""
    by_use = method in {Method.CONSUMPTION, Method.HYBRID}
    by_users = method in {Method.USERS, Method.HYBRID}
    basis = Basis(
        own_use=Fraction(own_use) if by_use and use_known else None,
        users=users if by_users else None,
        quota=Fraction(quota) if by_users and quota else None,
        forecast=Fraction(forecast) if method == Method.FORECAST and forecast else None,
    )
    return need_of(basis, Method(method))


def by_product(rows: Iterable[Row]) -> list[Row]:
    """The sum of the lines of each product."""
    sums: dict[int, Row] = {}
    for row in rows:
        known = sums.get(row.product.pk)
        figures = known.figures + row.figures if known else row.figures
        sums[row.product.pk] = Row(None, row.product, figures)
    return sorted(sums.values(), key=lambda row: (row.product.method.position, row.product.code))
