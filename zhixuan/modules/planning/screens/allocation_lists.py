"""Allocation plans in sight, and one plan with its lines, what it comes to, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import allocation_changes, allocation_plans, allocation_runs
from zhixuan.modules.planning.queries.allocation_plans import AllocationPlan
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.planning.screens.allocation_forms import ReworkForm, StepForm, written
from zhixuan.modules.planning.screens.allocation_runs import TITLES
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.allocation_lines import over_totals
from zhixuan.rules.planning.allocation_steps import EDITABLE, REWORKABLE, STATE_LABELS, AllocationState
from zhixuan.rules.planning.outcome import outcome
from zhixuan.rules.planning.place_facts import Source
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Action, ChoiceFilter, Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized

SHOWN_CHANGES = 30
LINES_AT_ONCE = 4000
"""Of a longer plan the page comes first and what it adds up to after it."""

PLANS = Listing(
    name="allocation-plans",
    title=_lazy("Allocation plans"),
    columns=(
        Column(
            "number",
            _lazy("Plan"),
            value=allocation_plans.number_of,
            href=lambda plan: reverse("planning:allocation", args=[plan.pk]),
            sort=("area__code", "year", "number"),
        ),
        Column("area", _lazy("Area"), value=lambda plan: localized(plan.area), sort="area__path"),
        Column("state", _lazy("State"), "badge", value=lambda plan: words.state_badge(plan.state), sort="state"),
        Column("total", _lazy("Pieces in all"), "number", sort="total"),
        Column("lines_in_all", _lazy("Lines"), "number", sort="lines_in_all", phone=False),
        Column("changed", _lazy("Changed by hand"), "number", sort="changed"),
        Column("drawn_on", _lazy("Drawn up on"), "date", sort=("drawn_on", "pk")),
        Column("drawn_by_name", _lazy("Drawn up by"), phone=False),
    ),
    filters=(
        ChoiceFilter(
            "state",
            _lazy("State"),
            [(state.value, _lazy(label)) for state, label in STATE_LABELS.items()],
            lambda rows, state: rows.filter(state=state),
        ),
    ),
    default_sort="-drawn_on",
    empty=Empty(
        _lazy("No allocation plans yet"),
        _lazy("When there is too little for all, a plan proposes who gets what, says why, and becomes orders."),
        Action(_lazy("Draw up an allocation"), lambda: reverse("planning:draw_allocation"), "scale"),
        icon="scale",
    ),
)


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q()
    for side in ("facility", "product"):
        for field in ("code__iexact", "name_zh__icontains", "name_en__icontains"):
            found |= Q(**{f"{side}__{field}": text})
    return rows.filter(found)


FACILITY = Column(
    "facility",
    _lazy("Place"),
    value=lambda line: localized(line.facility),
    href=lambda line: reverse("planning:allocation_line", args=[line.plan_id, line.pk]),
    sort=("facility__area_path", "facility__code"),
)
QUANTITIES = (
    Column("asked", _lazy("Asks for"), "number", sort="asked", hint=_lazy("To its norm, or the time to be covered")),
    Column("proposed", _lazy("Proposed"), "number", sort="proposed"),
    Column("pieces", _lazy("Gets"), "number", sort="pieces"),
)
THERE = Column(
    "there",
    _lazy("There and coming"),
    "number",
    value=lambda line: line.stock + line.coming,
    hint=_lazy("Usable in its store, on the way to it, or promised already"),
)


def _product(**more: Any) -> Column:
    return Column(
        "product",
        _lazy("Product"),
        value=lambda line: localized(line.product),
        sort="product__name_{language}",
        **more,
    )


LINES = Listing(
    name="allocation-lines",
    title=_lazy("Who gets what"),
    columns=(
        FACILITY,
        _product(secondary=words.sentence),
        THERE,
        Column("per_month", _lazy("Need a month"), value=words.per_month, secondary=words.source),
        *QUANTITIES,
        Column(
            "months",
            pgettext_lazy("allocation", "Months"),
            value=words.months_before_after,
            hint=_lazy("Of stock, before and after"),
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), search, _lazy("Place or product")),
        ToggleFilter("changed", _lazy("Changed by hand"), lambda rows: rows.exclude(pieces=F("proposed"))),
        ToggleFilter("short", _lazy("Less than asked"), lambda rows: rows.filter(pieces__lt=F("asked"))),
        ToggleFilter("unknown", _lazy("Use not known"), lambda rows: rows.filter(source=Source.UNKNOWN)),
    ),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
)
SHEET = replace(
    LINES,
    columns=(
        FACILITY,
        Column("facility_code", _lazy("Code"), value=lambda line: line.facility.code),
        _product(),
        Column("unit", _lazy("Unit"), value=lambda line: unit_of(line.product)),
        THERE,
        Column("per_month", _lazy("Need a month"), value=words.per_month),
        Column("source", _lazy("Need from"), value=words.source),
        *QUANTITIES,
        Column("before", _lazy("Months before"), value=words.months_before),
        Column("after", _lazy("Months after"), value=words.months_after),
        Column("why", _lazy("Why"), value=words.sentence),
    ),
)
"""The same for the spreadsheet, where every figure has its own column."""


def plans(request: ActorRequest) -> HttpResponse:
    """Plans of the areas in sight, latest first."""
    under_way = allocation_runs.drawings_under_way(request.actor)
    context = {"may_plan": request.actor.has(permissions.PLAN), "under_way": under_way}
    rows = allocation_plans.plans_for(request.actor)
    return PLANS.response(request, rows, template="planning/allocation_list.html", context=context)


def plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """One plan: what it comes to, line by line, and what can be done with it."""
    found = allocation_plans.plan(request.actor, plan_id)
    if request.GET.get("export"):
        return SHEET.response(request, allocation_plans.lines_of(plan_id), template="planning/allocation.html")
    mine = request.actor.may(permissions.PLAN, area_path=found.area.path)
    part = request.GET.get("part")
    later = found.lines_in_all > LINES_AT_ONCE and part != "all"  # type: ignore[attr-defined]  # counted by `plan`
    sums = {} if later and part != "sums" else _sums(request, found, mine=mine)
    if part == "sums":
        return render(request, "planning/_allocation_sums.html", {"plan": found, "command": StepForm(), **sums})
    context = {
        **head(found),
        **sums,
        "later": later,
        "editable": mine and found.state in EDITABLE,
        "may_rework": mine and found.state in REWORKABLE,
        "revoking": _revoking(request, found) if mine else "",
        "settings": words.settings_words(found),
        "rework": ReworkForm(initial=written(allocation_plans.settings_of(found))),
        **_orders(found),
        **_under_way(found),
        "steps": allocation_plans.steps_of(plan_id),
        "command": StepForm(),
    }
    return LINES.response(
        request, allocation_plans.lines_of(plan_id), template="planning/allocation.html", context=context
    )


def _sums(request: ActorRequest, found: AllocationPlan, *, mine: bool) -> dict[str, Any]:
    """What needs all lines: what comes of the plan, what is given out too much, and what who decides has to see."""
    return {
        **_decision(request, found, decides=mine and found.state == AllocationState.SUBMITTED),
        "over": _over(found) if found.state in EDITABLE else [],
        "measures": measures(found),
    }


def head(found: AllocationPlan) -> dict[str, Any]:
    """What every page of a plan says at its top."""
    return {"plan": found, "number": allocation_plans.number_of(found), "state": words.state_badge(found.state)}


def measures(found: AllocationPlan) -> list[dict[str, Any]]:
    """How things stand before, and with the plan."""
    from zhixuan.modules.planning.queries.allocation_series import series_of

    series = series_of(found)
    before = outcome([(one.lines, one.need, one.pieces * 0) for one in series])
    return words.outcome_rows(before, outcome([(one.lines, one.need, one.pieces) for one in series]))


def _decision(request: ActorRequest, found: AllocationPlan, *, decides: bool) -> dict[str, Any]:
    """Whether this person decides on the plan, and what has changed since it was worked out."""
    own = decides and allocation_plans.worked_on(request.actor, found)
    if not decides:
        return {"may_decide": False, "own": False}
    changes = allocation_changes.since_worked_out(found, on=timezone.localdate())
    all_of_them = [*changes.lots_changed, *changes.places_changed]
    shown = all_of_them[:SHOWN_CHANGES]
    places = directory.all_facilities().in_bulk({one.place or one.giver for one in shown})
    products = catalogue.products_by_id({one.product for one in shown})
    return {
        "may_decide": not own,
        "own": own,
        "changes_seen": changes.mark,
        "changes": [
            {
                "place": localized(places[one.place or one.giver]),
                "product": localized(products[one.product]),
                "of_store": not one.place,
                "before": one.before,
                "now": one.now,
            }
            for one in shown
        ],
        "changes_more": len(all_of_them) - len(shown),
    }


def _over(found: AllocationPlan) -> list[dict[str, Any]]:
    """Products of which more is given than there is."""
    lots = allocation_plans.there(allocation_plans.lots_of(found.pk))
    over = over_totals(allocation_plans.given_in_all(found.pk), lots)
    names = catalogue.products_by_id({product for _giver, product in over})
    return [{"product": localized(names[product]), "pieces": pieces} for (_giver, product), pieces in over.items()]


def _revoking(request: ActorRequest, found: AllocationPlan) -> str:
    """How this person may revoke the plan: "plain" before it is approved, "back" what is not sent yet; else not."""
    if found.state in {*EDITABLE, AllocationState.SUBMITTED}:
        return "plain"
    if found.state != AllocationState.APPROVED or allocation_plans.worked_on(request.actor, found):
        return ""
    return "back"


def _under_way(found: AllocationPlan) -> dict[str, Any]:
    """What the worker does with the plan, or broke off."""
    run = allocation_runs.open_run_of(found.pk)
    return {} if run is None else {"under_way": run, "under_way_title": TITLES[run.verb]}


def _orders(found: AllocationPlan) -> dict[str, int]:
    """How many orders came of the plan, or were taken back and how many had been sent."""
    if found.state == AllocationState.APPROVED:
        return {"orders": len(allocation_plans.orders_of(found.pk))}
    if found.state == AllocationState.REVOKED:
        orders, sent = allocation_plans.revocation_of(found.pk)
        return {"taken_back": len(orders) - len(sent), "kept_sent": len(sent)}
    return {}
