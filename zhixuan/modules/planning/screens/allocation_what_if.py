"""What if there were more, or less, or it had to last longer: worked out beside the saved plan, nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

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
from zhixuan.rules.planning.outcome import outcome_of
from zhixuan.rules.planning.place_facts import PlaceFacts, Settings
from zhixuan.rules.planning.sharing_out import Share, share_out
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.naming import localized

SHOWN = 100


def what_if(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Move supply, floors or the time to be covered, and see what would come of it."""
    plan = allocation_plans.plan(request.actor, plan_id)
    lines = allocation_plans.every_line(plan_id)
    saved = allocation_plans.settings_of(plan)
    asked = "supply_percent" in request.GET
    form = WhatIfForm(request.GET if asked else None, initial=written(saved))
    names = {line.product_id: localized(line.product) for line in lines}
    form.fields["product"].choices = [("", ""), *names.items()]  # type: ignore[attr-defined]
    context: dict[str, Any] = {**head(plan), "form": form}
    if asked and form.is_valid():
        try:
            context |= _tried(plan, lines, saved, _settings(form))
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


def _tried(plan: AllocationPlan, lines: Sequence[AllocationLine], saved: Settings, tried: Settings) -> dict[str, Any]:
    """The measures and the lines that differ most. Both are measured over the time that is tried.

    Raises:
        Refused: what the planner wants everybody to have is more than there would be.
    """
    facts = [allocation_plans.facts_of(line) for line in lines]
    shares = share_out(facts, allocation_plans.there(allocation_plans.lots_of(plan.pk)), tried)
    decided = [line.pieces for line in lines]
    columns = (
        outcome_of(facts, [0] * len(facts), tried),
        outcome_of(facts, decided, tried),
        outcome_of(facts, [share.pieces for share in shares], tried),
    )
    rows = sorted(zip(lines, facts, shares, strict=True), key=_difference, reverse=True)
    changed = [row for row in rows if row[0].pieces != row[2].pieces]
    return {
        "measures": words.outcome_rows(*columns),
        "same_settings": saved == tried,
        "rows": [_row(*row) for row in changed[:SHOWN]],
        "changed": len(changed),
        "shown": SHOWN,
    }


def _difference(row: tuple[AllocationLine, PlaceFacts, Share]) -> float:
    """Months of stock that a line gets more or less, or its pieces where nothing is used."""
    line, facts, share = row
    return abs(share.pieces - line.pieces) / float(facts.per_month or 1)


def _row(line: AllocationLine, facts: PlaceFacts, share: Share) -> dict[str, Any]:
    return {
        "place": localized(line.facility),
        "product": localized(line.product),
        "saved": line.pieces,
        "tried": share.pieces,
        "before": words.tenths(facts.months_with(0)),
        "months_saved": words.tenths(facts.months_with(line.pieces)),
        "months_tried": words.tenths(facts.months_with(share.pieces)),
    }
