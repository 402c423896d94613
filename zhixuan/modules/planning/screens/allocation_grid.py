"""The lines of an allocation as a grid: quantity and reason by keyboard, each line saved by its own request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.screens.words import pieces_typed
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.change_allocation_line import change_allocation_line
from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.planning.screens.allocation_forms import REASON_LENGTH
from zhixuan.modules.planning.screens.allocation_lists import head, search
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.allocation_lines import over_supply
from zhixuan.rules.planning.allocation_steps import EDITABLE
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.naming import localized

PAGE_LINES = 100
QUANTITY_LENGTH = 60

Typed = Mapping[str, str]


def grid(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A page of lines; posted without script: all lines of the page."""
    plan = allocation_plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    if plan.state not in EDITABLE:
        return HttpResponseRedirect(reverse("planning:allocation", args=[plan_id]))
    rows = allocation_plans.lines_of(plan_id)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(search(rows, text) if text else rows, PAGE_LINES).get_page(request.GET.get("page") or 1)
    errors: dict[int, str] = {}
    if request.method == "POST":
        posted = [line for line in page if f"quantity-{line.pk}" in request.POST]
        errors = {line.pk: wrong for line in posted if (wrong := _saved(request, line))}
        if not errors:
            return HttpResponseRedirect(request.get_full_path())
    context = {
        **head(plan),
        "page": page,
        "search": text,
        "errors": errors,
        "lines": [_shown(line, request.POST if line.pk in errors else {}, errors.get(line.pk, "")) for line in page],
    }
    return render(request, "planning/allocation_grid.html", context, status=422 if errors else 200)


@require_POST
def grid_line(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One line, saved by its own request; answers what there is to say about it."""
    plan = allocation_plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    found = allocation_plans.line(plan_id, line_id)
    error = _saved(request, found)
    found = allocation_plans.line(plan_id, line_id)
    context = {"line": _shown(found, {}, error), "saved": not error, "over": "" if error else _over(found)}
    return render(request, "planning/_allocation_state.html", context)


def _saved(request: ActorRequest, line: AllocationLine) -> str:
    """Keep what was typed; answers why not, empty when it is kept."""
    packs = catalogue.usual_packs([line.product_id])
    try:
        typed = request.POST.get(f"quantity-{line.pk}", "")[:QUANTITY_LENGTH]
        pieces = pieces_typed(typed, line.product, packs.get(line.product_id, (1, 1)))
        reason = request.POST.get(f"reason-{line.pk}", "")[:REASON_LENGTH]
        said: dict[str, Any] = {"actor": request.actor, "at": timezone.now()}
        change_allocation_line(plan_id=line.plan_id, line_id=line.pk, pieces=pieces, reason=reason, **said)
    except Refused as refused:
        return " ".join(sentence(reason) for reason in refused.reasons)
    return ""


def _over(line: AllocationLine) -> int:
    """Pieces of its product given out beyond what there is."""
    rows = allocation_plans.lines_of(line.plan_id).filter(product_id=line.product_id, giver_id=line.giver_id)
    lots = allocation_plans.lots_of(line.plan_id).filter(product_id=line.product_id, giver_id=line.giver_id)
    return sum(over_supply(allocation_plans.given(rows), allocation_plans.there(lots)).values())


def _shown(line: AllocationLine, typed: Typed, error: str) -> dict[str, Any]:
    return {
        "id": line.pk,
        "place": localized(line.facility),
        "product": localized(line.product),
        "unit": unit_of(line.product),
        "pack": line.pieces_per_pack if line.pieces_per_pack > 1 else None,
        "there": line.stock + line.coming,
        "asked": line.asked,
        "proposed": line.proposed,
        "pieces": typed.get(f"quantity-{line.pk}", line.pieces),
        "packs": words.in_packs(line.pieces, line),
        "months": words.months_after(line),
        "reason": typed.get(f"reason-{line.pk}", line.reason),
        "sentence": words.sentence(line),
        "changed": allocation_plans.is_changed(line),
        "error": error,
        "href": reverse("planning:allocation_grid_line", args=[line.plan_id, line.pk]),
    }
