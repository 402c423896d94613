"""What if there were more, or less, or it had to last longer: worked out beside the saved plan, nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine, AllocationPlan
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.planning.screens.allocation_forms import ReworkForm, WhatIfForm, written
from zhixuan.modules.planning.screens.allocation_lists import head
from zhixuan.rules.planning.allocation_lines import PERCENT_MAX
from zhixuan.rules.planning.allocation_steps import EDITABLE
from zhixuan.rules.planning.outcome import outcome
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.planning.sharing_out import work_out
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.naming import localized

if TYPE_CHECKING:
    from zhixuan.modules.planning.queries.allocation_series import SeriesOfPlan
    from zhixuan.rules.planning.allocation import Counts

SHOWN = 100


def what_if(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Move supply, floors or the time to be covered, and see what would come of it."""
    plan = allocation_plans.plan(request.actor, plan_id)
    saved = allocation_plans.settings_of(plan)
    asked = "supply_percent" in request.GET
    form = WhatIfForm(request.GET if asked else None, initial=written(saved))
    names = {one.pk: localized(one) for one in allocation_plans.products_of(plan_id)}
    form.fields["product"].choices = [("", ""), *names.items()]  # type: ignore[attr-defined]
    context: dict[str, Any] = {**head(plan), "form": form}
    if asked and form.is_valid():
        try:
            context |= _tried(plan, saved, _settings(form))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            mine = request.actor.may(permissions.PLAN, area_path=plan.area.path)
            context["rework"] = _rework(form, plan) if mine else None
    return render(request, "planning/allocation_what_if.html", context, status=422 if form.errors else 200)


def _settings(form: WhatIfForm) -> Settings:
    product, assumed = form.cleaned_data["product"], form.cleaned_data["assumed"]
    supposed = {product: assumed} if product is not None and assumed is not None else {}
    return replace(form.settings, assumed=supposed)


def _rework(form: WhatIfForm, plan: AllocationPlan) -> ReworkForm | None:
    """To keep what was tried: only where it rests on the lots that there are."""
    given = form.settings
    if plan.state not in EDITABLE or given.supply_percent > PERCENT_MAX or form.cleaned_data["assumed"] is not None:
        return None
    return ReworkForm(initial=written(given))


def _tried(plan: AllocationPlan, saved: Settings, tried: Settings) -> dict[str, Any]:
    """The measures and the lines that differ most. Both are measured over the time that is tried.

    Raises:
        Refused: what the planner wants everybody to have is more than there would be.
    """
    from zhixuan.modules.planning.queries.allocation_series import series_of

    series = series_of(plan, tried)
    lots = allocation_plans.there(allocation_plans.lots_of(plan.pk))
    shares = [work_out(one.key, one.lines, one.need, lots, tried).pieces for one in series]
    columns = (
        outcome([(one.lines, one.need, one.pieces * 0) for one in series]),
        outcome([(one.lines, one.need, one.pieces) for one in series]),
        outcome([(one.lines, one.need, share) for one, share in zip(series, shares, strict=True)]),
    )
    changed = {
        line: (pieces, difference)
        for one, share in zip(series, shares, strict=True)
        for line, pieces, difference in _changed(one, share)
    }
    most = sorted(changed, key=lambda line: (-changed[line][1], line))[:SHOWN]
    lines = allocation_plans.lines_of(plan.pk).in_bulk(most)
    return {
        "measures": words.outcome_rows(*columns),
        "same_settings": saved == tried,
        "rows": [_row(lines[line], changed[line][0]) for line in most],
        "changed": len(changed),
        "shown": SHOWN,
    }


def _changed(one: SeriesOfPlan, share: Counts) -> list[tuple[int, int, float]]:
    """Lines that would get another quantity: its id, the quantity, and the months of stock that it is more or less (its
    pieces where nothing is used)."""
    used = one.lines.use
    months = abs(share - one.pieces) / (used + (used <= 0))
    rows = (share != one.pieces).nonzero()[0]
    return list(zip(one.ids[rows].tolist(), share[rows].tolist(), months[rows].tolist(), strict=True))


def _row(line: AllocationLine, tried: int) -> dict[str, Any]:
    facts = allocation_plans.facts_of(line)
    return {
        "place": localized(line.facility),
        "product": localized(line.product),
        "saved": line.pieces,
        "tried": tried,
        "before": words.tenths(facts.months_with(0)),
        "months_saved": words.tenths(facts.months_with(line.pieces)),
        "months_tried": words.tenths(facts.months_with(tried)),
    }
