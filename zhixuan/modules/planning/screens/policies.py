"""Policies tried on the past: ask for a trial, see what each setting costs, choose the service level of the area."""

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
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.cancel_policies import cancel_policies
from zhixuan.modules.planning.operations.choose_service import choose_service
from zhixuan.modules.planning.operations.request_policies import request_policies
from zhixuan.modules.planning.operations.resume_policies import resume_policies
from zhixuan.modules.planning.queries import policies as queries
from zhixuan.modules.planning.queries import runs
from zhixuan.modules.planning.queries.policies import Holding, PolicyRun, TriedLine
from zhixuan.modules.planning.queries.proposing import PLANNING_LEVELS
from zhixuan.modules.planning.screens import background
from zhixuan.modules.planning.screens import policy_words as words
from zhixuan.modules.planning.screens.forecast_runs import missing_packages
from zhixuan.modules.planning.screens.policy_forms import ChoiceForm, TrialForm, choice_form
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.planning import trial
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.listing import Action, Column, Empty, Listing
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

NEW = Action(_lazy("Try policies on the past"), lambda: reverse("planning:new_policies"), "scale")
RUNS = Listing(
    name="policy-runs",
    title=_lazy("Policies tried"),
    columns=(
        Column(
            "area",
            _lazy("Area"),
            value=lambda run: localized(run.area),
            href=lambda run: reverse("planning:policy_run", args=[run.pk]),
            sort="area__path",
        ),
        Column("since", _lazy("From"), "month", sort="since"),
        Column("until", _lazy("To"), "month", sort="until"),
        Column("lead", _lazy("Lead time, months"), "number"),
        Column("review", _lazy("Between orders, months"), "number", phone=False),
        Column("state", _lazy("State"), "badge", value=background.state_badge),
        Column("series", _lazy("Series"), "number", sort="series", phone=False),
        Column("asked_at", pgettext_lazy("run", "Asked for"), "datetime", sort="asked_at"),
        Column("asked_by_name", _lazy("By"), phone=False),
    ),
    empty=Empty(
        _lazy("No policies tried yet"),
        _lazy("The months of your own books are played again under several ways to order."),
        NEW,
        icon="scale",
    ),
)
LINES = Listing(
    name="policies",
    title=_lazy("Every setting of every policy"),
    columns=(
        Column("policy", _lazy("Policy"), value=lambda one: str(words.POLICIES[one.policy])),
        Column("setting", _lazy("Setting"), value=words.setting),
        Column("stock", _lazy("Average stock, months"), "number", places=2),
        Column("fill", _lazy("Served, %"), "number", value=lambda one: one.fill * 100, places=1),
        Column("short", _lazy("Months short, %"), "number", value=lambda one: one.short * 100, places=1),
        Column("expired", _lazy("Expired of what came, %"), "number", value=lambda one: one.expired * 100, places=2),
        Column(
            "deliveries", _lazy("Months with a delivery, %"), "number", value=lambda one: one.deliveries * 100, places=1
        ),
    ),
)


def policies(request: ActorRequest) -> HttpResponse:
    """Trials of the areas in sight, latest first."""
    context = {"tab": "policies", "may_plan": request.actor.has(permissions.PLAN)}
    return RUNS.response(request, queries.runs_for(request.actor), template="planning/forecasts.html", context=context)


def new(request: ActorRequest) -> HttpResponse:
    """Ask for a trial; it is made in the background."""
    if not request.actor.has(permissions.PLAN):
        raise Forbidden
    today = timezone.localdate()
    newest = monthly.newest_full_month(today)
    usual = {"since": str(newest.plus(1 - trial.MONTHS_PLAYED)), "until": str(newest)}
    form = TrialForm(request.POST if request.method == "POST" else None, initial=usual)
    areas = directory.areas_for(request.actor, permissions.PLAN).filter(level__in=PLANNING_LEVELS)
    form.fields["area"].choices = [(one.pk, localized(one)) for one in areas]  # type: ignore[attr-defined]  # a ChoiceField
    products = [(one.pk, localized(one)) for one in catalogue.active_products()]
    form.fields["product_ids"].choices = products  # type: ignore[attr-defined]  # a ChoiceField
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = request_policies(
                area_id=given.pop("area"), on=today, actor=request.actor, at=timezone.now(), **given
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return HttpResponseRedirect(_address(made.id))
    context = {"form": form, "missing": missing_packages(), "needed": trial.MONTHS_NEEDED}
    return render(request, "planning/new_policies.html", context, status=422 if form.errors else 200)


def run(request: ActorRequest, run_id: int) -> HttpResponse:
    """One trial: the trade-off as a chart, a table and sentences, and what the area has chosen from it."""
    return _page(request, runs.run_of(PolicyRun, request.actor, run_id), None)


def _page(request: ActorRequest, one: PolicyRun, form: ChoiceForm | None) -> HttpResponse:
    holding = queries.service_of(one.area.path)
    lines = queries.lines_of(one)
    measure = request.GET.get("measure", "short")
    measure = measure if measure in words.MEASURES else "short"
    context = {
        **background.context_of(request, one, "policies"),
        "since": Month.of(one.since),
        "until": Month.of(one.until),
        "products": [localized(it) for it in catalogue.active_products().filter(pk__in=one.product_ids)],
        "holding": holding,
        "holding_percent": words.percent(float(holding.service), 0),
        "choices": [
            (words.percent(float(it.service), 0), it) for it in queries.choices_of(one.area_id).filter(area=one.area)
        ],
    }
    if lines:
        context |= _shown(request, one, lines, holding, measure)
        context["form"] = form or context["form"]
    answer = LINES.response(request, lines, template="planning/policy_run.html", context=context)
    if form is not None and form.errors:
        answer.status_code = 422
    return answer


def _shown(
    request: ActorRequest, one: PolicyRun, lines: list[TriedLine], holding: Holding, measure: str
) -> dict[str, Any]:
    ours = queries.ours_of(one)
    today = min(ours, key=lambda it: abs(it.setting - float(holding.service)))
    may_choose = request.actor.may(permissions.CHOOSE_SERVICE, area_path=one.area.path)
    return {
        "chart": words.chart(lines, measure, today.setting),
        "measure": measure,
        "measures": list(words.MEASURES.items()),
        "costs": [words.cost_row(it, today) for it in ours],
        "form": choice_form(ours, today) if may_choose else None,
    }


@require_POST
def choose(request: ActorRequest, run_id: int) -> HttpResponse:
    """Choose the service level of the run's area."""
    one = runs.run_of(PolicyRun, request.actor, run_id)
    permissions.require_plan(request.actor, one.area.path, permissions.CHOOSE_SERVICE)
    ours = queries.ours_of(one)
    if not ours:
        return HttpResponseRedirect(_address(run_id))
    holding = float(queries.service_of(one.area.path).service)
    form = choice_form(ours, min(ours, key=lambda it: abs(it.setting - holding)), request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        choose_service(run_id=run_id, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return _page(request, one, form)
    share = words.percent(float(form.cleaned_data["service"]), 0)
    done(
        request,
        _("{area} has chosen {share}. Levels made from now on stand on it.").format(
            area=localized(one.area), share=share
        ),
    )
    return HttpResponseRedirect(_address(run_id))


def progress(request: ActorRequest, run_id: int) -> HttpResponse:
    """The bar of a trial under way."""
    return background.progress_of(request, runs.run_of(PolicyRun, request.actor, run_id), "policies")


@require_POST
def cancel(request: ActorRequest, run_id: int) -> HttpResponse:
    """Stop a trial."""
    said = _("It is stopped. Nothing of it was kept; it can be begun again.")
    return background.stopped(request, _address(run_id), cancel_policies, said, run_id)


@require_POST
def resume(request: ActorRequest, run_id: int) -> HttpResponse:
    """Begin a trial again."""
    one = runs.run_of(PolicyRun, request.actor, run_id)
    return background.resumed(request, _address(run_id), resume_policies, one)


def _address(run_id: int) -> str:
    return reverse("planning:policy_run", args=[run_id])
