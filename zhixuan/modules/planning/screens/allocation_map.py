"""The allocation on the map: months of stock of every place, before it and after it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.planning.screens.allocation_lists import head
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized

STATES: Final[dict[str, Promise]] = {
    "out": _lazy("Nothing there"),
    "low": _lazy("Below its floor"),
    "good": _lazy("Within its norm"),
    "over": _lazy("Above its norm"),
}


def allocation_map(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Two maps, before and after, of one product or of the worst one at each place."""
    plan = allocation_plans.plan(request.actor, plan_id)
    lines = [line for line in allocation_plans.every_line(plan_id) if line.per_month and Fraction(line.per_month)]
    products = {line.product_id: localized(line.product) for line in lines}
    chosen = request.GET.get("product", "")
    if chosen.isdigit() and int(chosen) in products:
        lines = [line for line in lines if line.product_id == int(chosen)]
    by_place: dict[int, list[AllocationLine]] = {}
    for line in lines:
        by_place.setdefault(line.facility_id, []).append(line)
    context = {
        **head(plan),
        "products": products.items(),
        "product": int(chosen) if chosen.isdigit() else None,
        "before": [point for rows in by_place.values() for point in _points(rows, after=False)],
        "after": [point for rows in by_place.values() for point in _points(rows, after=True)],
        "unplaced": [localized(rows[0].facility) for rows in by_place.values() if rows[0].facility.longitude is None],
    }
    return render(request, "planning/allocation_map.html", context)


def _points(rows: Sequence[AllocationLine], *, after: bool) -> list[dict[str, Any]]:
    """A place by its worst line; none without coordinates."""
    facility = rows[0].facility
    if facility.longitude is None or facility.latitude is None:
        return []
    order = list(STATES)
    line = min(rows, key=lambda row: (order.index(_state(row, after=after)), _months(row, after=after)))
    state, facts = _state(line, after=after), allocation_plans.facts_of(line)
    return [
        {
            "name": localized(facility),
            "longitude": float(facility.longitude),
            "latitude": float(facility.latitude),
            "group": str(STATES[state]),
            "state": state,
            "detail": _("{product}: {before} months before, {after} after").format(
                product=localized(line.product),
                before=words.tenths(facts.months_with(0)),
                after=words.tenths(facts.months_with(line.pieces)),
            ),
            "href": reverse("planning:allocation_line", args=[line.plan_id, line.pk]),
        }
    ]


def _state(line: AllocationLine, *, after: bool) -> str:
    months = _months(line, after=after)
    if months <= 0:
        return "out"
    if months < Fraction(line.terms["floor_months"]):
        return "low"
    return "good" if months <= max(Fraction(line.norm_months), Fraction(line.terms["months"])) else "over"


def _months(line: AllocationLine, *, after: bool) -> Fraction:
    return allocation_plans.facts_of(line).months_with(line.pieces if after else 0) or Fraction(0)
