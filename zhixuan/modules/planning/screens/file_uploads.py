"""A file of monthly records brought for a forecast: choose it, look at what it holds, have it forecast."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.keep_history_file import keep_history_file
from zhixuan.modules.planning.operations.request_file_forecast import request_file_forecast
from zhixuan.modules.planning.operations.request_forecast import HORIZON_MAX
from zhixuan.modules.planning.queries import history_files
from zhixuan.modules.planning.screens import forecast_words as words
from zhixuan.modules.planning.screens.forecast_runs import HORIZON_USUAL, missing_packages
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.naming import in_chinese
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, mistakes_of, template_response

MAPPING_BYTES_MAX = 64 * 1024
ODD_SHOWN = 100
TEXT_COLUMNS = ("facility", "product", "area")


class FileForm(UploadForm):
    mapping = forms.FileField(
        label=_lazy("Column mapping"),
        required=False,
        help_text=_lazy("Only when the file has other titles: a TOML file, as the command “zhixuan forecast” takes."),
    )

    def clean_mapping(self) -> Any:
        file = self.cleaned_data["mapping"]
        if file and file.size > MAPPING_BYTES_MAX:
            raise forms.ValidationError(_("The mapping is larger than 64 kB. Is it the right file?"))
        return file


class AskForm(forms.Form):
    """With how much work to forecast it, and how far."""

    horizon = forms.IntegerField(label=_lazy("Months ahead"), min_value=1, max_value=HORIZON_MAX, initial=HORIZON_USUAL)
    profile = forms.ChoiceField(label=_lazy("Work put in"), choices=list(words.PROFILES.items()))


def _require_planner(request: ActorRequest) -> None:
    if not request.actor.has(permissions.PLAN):
        raise Forbidden


def new(request: ActorRequest) -> HttpResponse:
    """Choose a file; nothing is done before it was looked at."""
    _require_planner(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = keep_history_file(
                content=given["file"].read(),
                file_name=given["file"].name,
                mapping=given["mapping"].read() if given["mapping"] else b"",
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return HttpResponseRedirect(reverse("planning:file_forecast_plan", args=[kept]))
    context = {"form": form, "missing": missing_packages()}
    return render(request, "planning/new_file_forecast.html", context, status=422 if form.is_bound else 200)


def template(request: ActorRequest) -> HttpResponse:
    """An empty table of monthly records, with notes."""
    _require_planner(request)
    helps: dict[str, tuple[str, str | int]] = {
        "year": (_("In four digits"), 2026),
        "month": (_("1 to 12"), 10),
        "facility": (_("Any code; the same one in every month"), "A01"),
        "product": (_("Any code; the same one in every month"), "CONDOM"),
        "issued": (_("Pieces given out in the month. Nothing given out: 0. No report: leave the cell empty."), 1200),
        "stockout_days": (_("Days on which nothing was left; empty when nobody noted it"), 0),
    }
    columns = [
        ColumnSpec(
            titles[0 if in_chinese() else 1],
            ColumnKind.TEXT if key in TEXT_COLUMNS else ColumnKind.DECIMAL,
            18,
            required=key in helps and key != "stockout_days",
            help=helps[key][0] if key in helps else _("May be left out"),
            example=helps[key][1] if key in helps else None,
        )
        for key, titles in history_files.TITLES.items()
    ]
    return template_response(sheet=_("Monthly records"), columns=columns, name="monthly-records")


def plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What the file holds, or all its mistakes; on POST it is forecast."""
    kept = uploads.upload_of(request.actor, upload_id, history_files.PURPOSE)
    if kept.applied_at is not None:
        return HttpResponseRedirect(reverse("planning:file_forecast", args=[kept.outcome["run"]]))
    form = AskForm(request.POST if request.method == "POST" else None)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = request_file_forecast(
                upload_id=upload_id, actor=request.actor, at=timezone.now(), **form.cleaned_data
            )
        except Refused as why:
            refused = why
        else:
            return HttpResponseRedirect(reverse("planning:file_forecast", args=[made]))
    context = {"upload": kept, "form": form, **_looked_at(request, kept, refused)}
    wrong = form.errors or context["plan"].mistakes
    return render(request, "planning/file_forecast_plan.html", context, status=422 if wrong else 200)


def _looked_at(request: ActorRequest, kept: uploads.Upload, refused: Refused | None) -> dict[str, Any]:
    try:
        if refused:
            raise refused
        found = history_files.read(request.actor, kept)
    except Refused as why:
        return {"plan": UploadPlan(mistakes=mistakes_of(why.reasons))}
    facts = history_files.facts_of(found.table)
    odd = [[*row[:3], str(words.MARKS[row[3]])] for row in facts.odd]
    headings = [_("Place"), _("Product"), _("Month"), _("What is odd")]
    return {"plan": UploadPlan(headings, odd[:ODD_SHOWN]), "facts": facts, "odd_more": max(0, len(odd) - ODD_SHOWN)}
