"""Take a logger's file into the storage log: choose it, look at what it would add, apply it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.operations.import_readings import import_readings
from zhixuan.modules.quality.operations.keep_readings import keep_readings
from zhixuan.modules.quality.queries import logger as queries
from zhixuan.modules.quality.screens import words
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec
from zhixuan.shared.ui.formats import moment
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import in_chinese, localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, mistakes_of, template_response


def choose(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Choose the file of a logger for one store."""
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.LOG_STORAGE, places_of(facility_id))
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = doing.attempt(
            form,
            lambda: keep_readings(
                facility_id=facility_id,
                content=file.read(),
                file_name=file.name,
                actor=request.actor,
                command_id=form.cleaned_data["command_id"],
                at=timezone.now(),
            ),
        )
        if kept is not None:
            return HttpResponseRedirect(reverse("quality:logger_plan", args=[facility_id, kept.id]))
    context = {"form": form, "facility": facility, "back": reverse("quality:storage_log", args=[facility_id])}
    return render(request, "quality/logger.html", context, status=422 if form.is_bound else 200)


def template(request: ActorRequest, facility_id: int) -> HttpResponse:
    """An empty table for readings."""
    directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.LOG_STORAGE, places_of(facility_id))
    at, temperature, humidity = (titles[0 if in_chinese() else 1] for titles in queries.COLUMNS.values())
    columns = [
        ColumnSpec(at, ColumnKind.TEXT, 20, required=True, example="2026-11-20 09:00"),
        ColumnSpec(temperature, ColumnKind.DECIMAL, required=True, help="°C", example="21.5"),
        ColumnSpec(humidity, ColumnKind.DECIMAL, help="%", example="55"),
    ]
    return template_response(sheet=_("Storage log"), columns=columns, name="storage-log")


def plan(request: ActorRequest, facility_id: int, upload_id: UUID) -> HttpResponse:
    """What the file would add; POST adds it."""
    upload = uploads.upload_of(request.actor, upload_id, queries.PURPOSE)
    if upload.subject != str(facility_id):
        raise Unknown
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.LOG_STORAGE, places_of(facility_id))
    back = reverse("quality:storage_log", args=[facility_id])
    shown: UploadPlan | None
    if request.method == "POST":
        try:
            applied = import_readings(upload_id=upload_id, actor=request.actor, at=timezone.now())
        except Refused as refused:
            shown = UploadPlan(mistakes=mistakes_of(refused.reasons))
            return _page(request, upload, shown, facility, back, status=422)
        said = _("%(count)s readings are in the log now.") % {"count": applied.outcome["added"]}
        done(request, said, detail=localized(facility))
        return HttpResponseRedirect(back)
    shown = None if upload.applied_at else _shown(queries.planned(upload, facility_id, now=timezone.now()))
    return _page(request, upload, shown, facility, back)


def _page(
    request: ActorRequest, upload: Any, shown: UploadPlan | None, facility: Any, back: str, *, status: int = 200
) -> HttpResponse:
    context = {"upload": upload, "plan": shown, "back": back, "back_label": localized(facility)}
    return render(request, "ui/upload_plan.html", context, status=status)


def _shown(found: queries.LoggerPlan) -> UploadPlan:
    beyond = [
        [
            moment(one.began_at),
            str(words.MEASURES[one.measure]),
            words.measured(one.measure, one.extreme),
            _("beyond the limits, %(count)s readings") % {"count": one.readings},
        ]
        for one in found.excursions
    ]
    readings = [
        [moment(one.at), "", words.measured("temperature", one.temperature), words.measured("humidity", one.humidity)]
        for one in found.fresh
    ]
    nothing = "" if found.fresh else _("All readings of this file are in the log already.")
    headings = [_("Time"), _("What"), _("Value"), _("More")]
    return UploadPlan(headings, beyond + readings, mistakes_of(found.mistakes), nothing)
