"""Distribution: the matrix of places and products, proposed with reasons, changed by cell, approved as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.operations.approve_plan import approve_plan
from zhixuan.modules.orders.operations.change_plan import change_plan
from zhixuan.modules.orders.operations.draw_plan import draw_plan
from zhixuan.modules.orders.operations.withdraw_plan import withdraw_plan
from zhixuan.modules.orders.queries import plans as queries
from zhixuan.modules.orders.queries.plans import Plan, PlanLine
from zhixuan.modules.orders.screens import lists, telling, words
from zhixuan.modules.stock.screens import doing
from zhixuan.rules.refusal import Refused, raise_all
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal, sentence
from zhixuan.shared.ui.listing import Action, Column, Empty, Listing
from zhixuan.shared.ui.naming import localized

PLANS = Listing(
    name="distributions",
    title=_lazy("Distributions"),
    columns=(
        Column(
            "number",
            _lazy("Distribution"),
            value=queries.plan_number,
            href=lambda plan: reverse("orders:plan", args=[plan.pk]),
            sort=("giver__code", "year", "number"),
        ),
        Column("drawn_on", _lazy("Day"), "date", sort=("drawn_on", "pk")),
        Column("state", _lazy("State"), "badge", value=lambda plan: words.plan_badge(plan.state)),
        Column("giver", pgettext_lazy("order", "Supplier"), value=lambda plan: localized(plan.giver)),
        Column("total", _lazy("Pieces in all"), "number", sort="total"),
        Column("drawn_by_name", _lazy("Drawn up by"), phone=False),
        Column("approved_by_name", _lazy("Agreed by"), phone=False),
    ),
    default_sort="-drawn_on",
    empty=Empty(
        _lazy("No distributions yet"),
        _lazy("Send to many places at once: what each should get is proposed from its norm and what you have."),
        Action(_lazy("Distribute"), lambda: reverse("orders:draw_plan"), "hierarchy-2"),
        icon="hierarchy-2",
    ),
)


def plans(request: ActorRequest) -> HttpResponse:
    """Distributions of the stores in sight, latest first."""
    context = lists.tabs(request, "plans")
    return PLANS.response(request, queries.plans_for(request.actor), template="orders/list.html", context=context)


def draw(request: ActorRequest) -> HttpResponse:
    """Choose the store; the matrix is proposed."""
    facility = doing.facility_in(request, permissions.DISTRIBUTE)
    if facility is None:
        return doing.choose_facility(request, permissions.DISTRIBUTE, _("Distribute"))
    form = telling.CommandForm(request.POST or None)
    today = timezone.localdate()
    if request.method == "POST" and form.is_valid():
        try:
            drawn = draw_plan(
                giver_id=facility.pk,
                on=today,
                actor=request.actor,
                command_id=form.cleaned_data["command_id"],
                at=timezone.now(),
            )
            return HttpResponseRedirect(reverse("orders:plan", args=[drawn.id]))
        except Refused as refused:
            if (open_plan := refused.fields.get("plan_id")) is not None:
                return telling.lead_to_open(request, refused, reverse("orders:plan", args=[open_plan]))
            refused.field = ""
            add_refusal(form, refused)
    places = queries.places_fed(facility, on=today)
    context = {**doing.place_bar(request, facility, permissions.DISTRIBUTE), "form": form, "places": len(places)}
    return render(request, "orders/draw_plan.html", context, status=422 if form.errors else 200)


def _plan(request: ActorRequest, plan_id: int) -> Plan:
    """The plan, if the person distributes there.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    plan = queries.plan(request.actor, plan_id)
    permissions.require(request.actor, permissions.DISTRIBUTE, queries.giver_of(plan))
    return plan


def plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The matrix; posted without script: all its cells."""
    found = queries.plan(request.actor, plan_id)
    lines = queries.lines_of(plan_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        _plan(request, plan_id)
        errors = _save(request, found, lines)
        if not errors:
            return HttpResponseRedirect(reverse("orders:plan", args=[plan_id]))
    place = queries.giver_of(found)
    mine = permissions.holds(request.actor, permissions.DISTRIBUTE, place)
    context = {
        "plan": found,
        "number": queries.plan_number(found),
        "state": words.plan_badge(found.state),
        "editable": mine and found.state == Plan.State.DRAWN,
        "command": telling.CommandForm(),
        "errors": errors,
        **_matrix(request, found, lines, errors),
    }
    return render(request, "orders/plan.html", context, status=422 if errors else 200)


@require_POST
def cell(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One cell, saved by its own request; answers its note and the totals of its product."""
    found = _plan(request, plan_id)
    lines = queries.lines_of(plan_id)
    line = next((one for one in lines if one.pk == line_id), None)
    if line is None:
        raise Unknown
    errors = _save(request, found, [line])
    lines = queries.lines_of(plan_id)
    saved = next(one for one in lines if one.pk == line_id)
    packs = catalogue.usual_packs([saved.product_id])
    error = next(iter(errors.values()), "")
    context = {"cell": _cell(saved, packs, error), "saved": not errors, "total": _total(found, lines, saved.product_id)}
    return render(request, "orders/_cell_state.html", context)


def _total(found: Plan, lines: list[PlanLine], product_id: int) -> dict[str, Any]:
    available = queries.usable_at(found.giver_id, today=timezone.localdate())
    given = queries.given_by_product(lines).get(product_id, 0)
    return {"product_id": product_id, "given": given, "left": available.get(product_id, 0) - given}


def _save(request: ActorRequest, found: Plan, lines: list[PlanLine]) -> dict[str, str]:
    """Save the cells that were posted; answers what is wrong by the field it names."""
    packs = catalogue.usual_packs([line.product_id for line in lines])
    cells: dict[int, int] = {}
    problems = []
    for line in lines:
        typed = request.POST.get(f"quantity-{line.pk}")
        if typed is None:
            continue
        try:
            cells[line.pk] = words.pieces_typed(typed[:60], line.product, packs.get(line.product_id, (1, 1)))
        except Refused as refused:
            refused.field = f"cell-{line.pk}"
            problems.append(refused)
    try:
        raise_all(problems)
        said: dict[str, Any] = {"on": timezone.localdate(), "actor": request.actor, "at": timezone.now()}
        change_plan(plan_id=found.pk, cells=cells, **said)
    except Refused as refused:
        return {reason.field: sentence(reason) for reason in refused.reasons}
    return {}


def _matrix(request: ActorRequest, found: Plan, lines: list[PlanLine], errors: dict[str, str]) -> dict[str, Any]:
    """Products across, places down; a place that may not hold a product has no cell there."""
    products = list({line.product_id: line.product for line in lines}.values())
    packs = catalogue.usual_packs([product.pk for product in products])
    drawn = found.state == Plan.State.DRAWN
    available = queries.usable_at(found.giver_id, today=timezone.localdate()) if drawn else {}
    given = queries.given_by_product(lines)
    by_place: dict[int, dict[int, PlanLine]] = {}
    for line in lines:
        by_place.setdefault(line.facility_id, {})[line.product_id] = line
    names = {line.facility_id: line.facility for line in lines}
    orders = {order.asker_id: order for order in queries.orders_of(found)}
    return {
        "products": [
            {
                "id": product.pk,
                "name": localized(product),
                "unit": words.unit_of(product),
                "pack": packs.get(product.pk, (1, 1))[0],
                "given": given.get(product.pk, 0),
                "available": available.get(product.pk, 0),
                "left": available.get(product.pk, 0) - given.get(product.pk, 0),
                "error": errors.get(f"product-{product.pk}", ""),
            }
            for product in products
        ],
        "places": [
            {
                "name": localized(names[facility_id]),
                "order": orders.get(facility_id),
                "cells": [
                    _cell(cells[product.pk], packs, errors.get(f"cell-{cells[product.pk].pk}", ""))
                    if product.pk in cells
                    else None
                    for product in products
                ],
            }
            for facility_id, cells in by_place.items()
        ],
    }


def _cell(line: PlanLine, packs: dict[int, tuple[int, int]], error: str) -> dict[str, Any]:
    return {
        "id": line.pk,
        "label": f"{localized(line.facility)}, {localized(line.product)}",
        "product": localized(line.product),
        "unit": words.unit_of(line.product),
        "pieces": line.pieces,
        "packs": words.in_packs(line.pieces, packs.get(line.product_id, (1, 1))[0]),
        "changed": line.pieces != line.proposed,
        "proposed": line.proposed,
        "why": words.share_sentence(line.why, line.terms, line.proposed),
        "error": error,
        "href": reverse("orders:plan_cell", args=[line.plan_id, line.pk]),
    }


@require_POST
def approve(request: ActorRequest, plan_id: int) -> HttpResponse:
    """An order and an issue document for every place."""
    found = _plan(request, plan_id)
    said: dict[str, Any] = {"on": timezone.localdate(), "actor": request.actor, "at": timezone.now()}
    return telling.act(
        request,
        lambda command_id: approve_plan(plan_id=plan_id, command_id=command_id, **said),
        said=_("The distribution is approved: each place has its order and its issue document."),
        back=reverse("orders:plan", args=[plan_id]),
        number=queries.plan_number(found),
    )


@require_POST
def withdraw(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Give the draft up."""
    found = _plan(request, plan_id)
    return telling.act(
        request,
        lambda command_id: withdraw_plan(
            plan_id=plan_id, command_id=command_id, actor=request.actor, at=timezone.now()
        ),
        said=_("The distribution is withdrawn."),
        back=reverse("orders:plan", args=[plan_id]),
        number=queries.plan_number(found),
    )
