"""What people do with a demand plan: draw it up, change a line, send it in, return it, approve it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.change_demand_lines import LineChange, change_demand_lines
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.proposing import PLANNING_LEVELS
from zhixuan.modules.planning.screens import comments, needs, words
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.steps import EDITABLE, Verb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

SAID: dict[Verb, Promise] = {
    Verb.SUBMIT: _lazy("The plan is sent in; the level above decides on it."),
    Verb.RETURN: _lazy("The plan is returned; they see what is to be mended."),
    Verb.APPROVE: _lazy("The plan is approved."),
}
LINE_MAX = 10**12


class CommandForm(PostingForm):
    """A button, with a word about the step where one is asked for."""

    note = forms.CharField(max_length=500, required=False)
    although_open = forms.BooleanField(required=False)


class DrawForm(PostingForm):
    """Which area plans, for which year."""

    area = forms.TypedChoiceField(label=_lazy("Area"), coerce=int)
    year = forms.TypedChoiceField(label=_lazy("Year"), coerce=int)


class LineForm(forms.Form):
    """What is planned, and why when it differs from the proposal."""

    pieces = forms.IntegerField(label=_lazy("Planned, in pieces"), min_value=0, max_value=LINE_MAX)
    reason = forms.CharField(label=_lazy("Reason"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))


def draw(request: ActorRequest) -> HttpResponse:
    """Choose area and year; the plan is drafted from the ledger."""
    if not request.actor.has(permissions.PLAN):
        raise Forbidden
    areas = directory.areas_for(request.actor, permissions.PLAN).filter(level__in=PLANNING_LEVELS)
    today = timezone.localdate()
    form = DrawForm(request.POST if request.method == "POST" else None, initial={"year": today.year + 1})
    form.fields["area"].choices = [(area.pk, localized(area)) for area in areas]  # type: ignore[attr-defined]
    years = range(today.year, today.year + 3)
    form.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = draw_demand(
                area_id=given["area"],
                year=given["year"],
                on=today,
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            there = refused.fields.get("plan_id")
            if there is not None:
                messages.warning(request, sentence(refused))
                return HttpResponseRedirect(reverse("planning:plan", args=[there]))
            add_refusal(form, refused)
        else:
            done(request, _("The plan is drafted. Look at its lines, then send it in."))
            return HttpResponseRedirect(reverse("planning:plan", args=[made.id]))
    return render(request, "planning/draw.html", {"form": form}, status=422 if form.errors else 200)


def line(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One line with every term; posted: another quantity."""
    plan = plans.plan(request.actor, plan_id)
    found = plans.line(plan_id, line_id)
    form = LineForm(request.POST or None, initial={"pieces": found.pieces, "reason": found.reason})
    if request.method == "POST":
        permissions.require_plan(request.actor, plan.area.path)
        if form.is_valid() and _changed(request, plan_id, line_id, form):
            done(request, _("The line is kept: {what}.").format(what=words.place_and_product(found)))
            return HttpResponseRedirect(reverse("planning:plan", args=[plan_id]))
    mine = request.actor.may(permissions.PLAN, area_path=plan.area.path)
    context = {
        "plan": plan,
        "line": found,
        "unit": unit_of(found.product),
        "sentence": words.sentence_of(found),
        "user_years": words.user_years(found),
        "needs": needs.side_by_side(found),
        **needs.forms_of(found),
        **comments.shown_with_line(found),
        "form": form,
        "editable": mine and plan.state in EDITABLE,
    }
    return render(request, "planning/line.html", context, status=422 if form.errors else 200)


def _changed(request: ActorRequest, plan_id: int, line_id: int, form: LineForm) -> bool:
    given: dict[str, Any] = form.cleaned_data
    try:
        changes = [LineChange(line_id, **given)]
        change_demand_lines(plan_id=plan_id, changes=changes, actor=request.actor, at=timezone.now())
    except Refused as refused:
        for reason in refused.reasons:
            reason.field = reason.field.removeprefix(f"line-{line_id}-")
        add_refusal(form, refused)
        return False
    return True


@require_POST
def step(request: ActorRequest, plan_id: int, verb: str) -> HttpResponse:
    """Send in, return or approve."""
    plan = plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    if verb not in set(Verb):
        raise Unknown
    back = HttpResponseRedirect(reverse("planning:plan", args=[plan_id]))
    form = CommandForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Something is missing from the form. Load the page again and press the button once more.")
        )
        return back
    try:
        take_demand_step(plan_id=plan_id, verb=Verb(verb), actor=request.actor, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, sentence(reason))
        return back
    done(request, str(SAID[Verb(verb)]))
    return back
