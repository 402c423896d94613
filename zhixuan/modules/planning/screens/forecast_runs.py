"""Making forecasts: ask for one, see how far it is, stop it, begin it again."""

from __future__ import annotations

import importlib.util
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.cancel_forecast import cancel_forecast
from zhixuan.modules.planning.operations.request_forecast import HORIZON_MAX, request_forecast
from zhixuan.modules.planning.operations.resume_forecast import resume_forecast
from zhixuan.modules.planning.queries import forecasts as queries
from zhixuan.modules.planning.queries.forecasts import ForecastRun
from zhixuan.modules.planning.queries.proposing import PLANNING_LEVELS
from zhixuan.modules.planning.screens import background
from zhixuan.modules.planning.screens import forecast_words as words
from zhixuan.modules.planning.screens.forecasts import COLUMNS, FILTERS, NEW
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import MonthInput

HORIZON_USUAL = 18
MONTHS_TO_CHOOSE = 24
PACKAGES = ("polars", "lightgbm", "statsforecast")

RUNS = Listing(
    name="forecast-runs",
    title=_lazy("Forecasts made"),
    columns=(
        Column(
            "area",
            _lazy("Area"),
            value=lambda run: localized(run.area),
            href=lambda run: reverse("planning:forecast_run", args=[run.pk]),
            sort="area__path",
        ),
        Column("data_until", _lazy("Data until"), "month", sort="data_until"),
        Column("horizon", _lazy("Months ahead"), "number", sort="horizon"),
        Column("profile", _lazy("Work put in"), value=lambda run: str(words.PROFILES[run.profile]), phone=False),
        Column("state", _lazy("State"), "badge", value=lambda run: background.state_badge(run)),
        Column("lines_in_all", _lazy("Series"), "number", sort="lines_in_all"),
        Column("asked_at", pgettext_lazy("run", "Asked for"), "datetime", sort="asked_at"),
        Column("asked_by_name", _lazy("By"), phone=False),
    ),
    empty=Empty(
        _lazy("No forecasts yet"), _lazy("A forecast looks at every card of an area."), NEW, icon="trending-up"
    ),
)
LINES = Listing(name="forecast-lines", title=_lazy("Series of this forecast"), columns=COLUMNS, filters=FILTERS)


class NewForm(PostingForm):
    """What to forecast, with how much work."""

    area = forms.TypedChoiceField(label=_lazy("Area"), coerce=int)
    horizon = forms.IntegerField(
        label=_lazy("Months ahead"),
        min_value=1,
        max_value=HORIZON_MAX,
        initial=HORIZON_USUAL,
        help_text=_lazy("18 months reach over the whole of next year."),
    )
    profile = forms.ChoiceField(label=_lazy("Work put in"), choices=list(words.PROFILES.items()))
    until = forms.CharField(
        label=_lazy("Newest month looked at"),
        widget=MonthInput(),
        required=False,
        help_text=_lazy("Leave it for the latest full month. An earlier one shows what would have been said then."),
    )

    def clean_until(self) -> Month | None:
        """The month, or None when it was left empty."""
        typed = self.cleaned_data["until"]
        return month_of(typed) if typed else None


def month_of(typed: str) -> Month:
    """What was typed, or a word beside the field."""
    try:
        return Month.parse(typed)
    except Refused as refused:
        raise forms.ValidationError(sentence(refused)) from refused


def runs(request: ActorRequest) -> HttpResponse:
    """Forecasts of the areas in sight, latest first."""
    context = {"tab": "runs", "may_plan": request.actor.has(permissions.PLAN)}
    rows = queries.runs_for(request.actor)
    return RUNS.response(request, rows, template="planning/forecasts.html", context=context)


def new(request: ActorRequest) -> HttpResponse:
    """Ask for a forecast; it is made in the background."""
    if not request.actor.has(permissions.PLAN):
        raise Forbidden
    areas = directory.areas_for(request.actor, permissions.PLAN).filter(level__in=PLANNING_LEVELS)
    today = timezone.localdate()
    form = NewForm(request.POST if request.method == "POST" else None)
    form.fields["area"].choices = [(area.pk, localized(area)) for area in areas]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            given: dict[str, Any] = form.cleaned_data
            area = {"area_id": given.pop("area")}
            made = request_forecast(on=today, actor=request.actor, at=timezone.now(), **area, **given)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return HttpResponseRedirect(reverse("planning:forecast_run", args=[made.id]))
    context = {"form": form, "newest": monthly.newest_full_month(today), "missing": missing_packages()}
    return render(request, "planning/new_forecast.html", context, status=422 if form.errors else 200)


def missing_packages() -> list[str]:
    """Packages of the extra `forecast` that are not installed; without them only the medians serve."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


def run(request: ActorRequest, run_id: int) -> HttpResponse:
    """One forecast: what it stands on, how far it is, its lines."""
    return _page(request, queries.run(request.actor, run_id))


def _page(request: ActorRequest, one: ForecastRun) -> HttpResponse:
    context = {
        **background.context_of(request, one, "forecast"),
        "data_until": Month.of(one.data_until),
        "profile": words.PROFILES[one.profile],
        "service": words.service(one),
    }
    return LINES.response(request, queries.lines_of(one.pk), template="planning/forecast_run.html", context=context)


def progress(request: ActorRequest, run_id: int) -> HttpResponse:
    """The bar of a run under way."""
    return background.progress_of(request, queries.run(request.actor, run_id), "forecast")


@require_POST
def cancel(request: ActorRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    said = _("The forecast is stopped. Nothing of it was kept; it can be begun again.")
    return background.stopped(request, _address(run_id), cancel_forecast, said, run_id)


@require_POST
def resume(request: ActorRequest, run_id: int) -> HttpResponse:
    """Begin a run again."""
    return background.resumed(request, _address(run_id), resume_forecast, queries.run(request.actor, run_id))


def _address(run_id: int) -> str:
    return reverse("planning:forecast_run", args=[run_id])
