"""Counting with Excel: take the sheet away, fill it in, look at what it says, enter it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.operations.enter_file import PURPOSE, enter_file
from zhixuan.modules.counting.queries import counts, sheet_file, tables
from zhixuan.modules.counting.screens.sheet import head
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import lot_label
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import write_xlsx
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import in_chinese, localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, kept_upload, mistakes_of
from zhixuan.shared.uploads import Upload


class SheetUploadForm(UploadForm):
    """The file, and when was counted: one moment for the whole sheet."""

    counted_at = forms.DateTimeField(
        label=_lazy("When it was counted"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_lazy("One moment for the whole sheet. What was traded since is taken into account."),
    )


def _count(request: ActorRequest, count_id: int) -> Count:
    one = counts.count(request.actor, count_id)
    permissions.require(request.actor, permissions.COUNT, places_of(one.facility_id))
    return one


def upload(request: ActorRequest, count_id: int) -> HttpResponse:
    """Choose the file that was filled in."""
    one = _count(request, count_id)
    form = SheetUploadForm(
        request.POST or None, request.FILES or None, initial={"counted_at": timezone.localtime(timezone.now())}
    )
    if chosen := kept_upload(request, form, purpose=PURPOSE, subject=one.pk, at=timezone.now()):
        # A minute typed is the minute that is over: the sheet may have been opened within it.
        moment = max(form.cleaned_data["counted_at"], one.opened_at)
        address = reverse("counting:file_plan", args=[one.pk, chosen.pk])
        return HttpResponseRedirect(f"{address}?at={moment.timestamp():.0f}")
    context = {**head(request, one), "form": form, "books": not one.blind}
    return render(request, "counting/file.html", context, status=422 if form.is_bound else 200)


def download(request: ActorRequest, count_id: int) -> HttpResponse:
    """The sheet as a table to fill in; with book quantities where they are asked for and the sheet is not blind."""
    one = _count(request, count_id)
    books = not one.blind and request.GET.get("books") == "1"
    keys = [key for key in tables.SHEET_KEYS if books or key != "book"]
    stream = io.BytesIO()
    write_xlsx(
        stream,
        sheet=_("Count"),
        columns=tables.columns(keys, zh=in_chinese()),
        rows=sheet_file.rows_to_fill(one, zh=in_chinese(), books=books),
    )
    name = f'attachment; filename="{one.number}.xlsx"'
    return HttpResponse(stream.getvalue(), XLSX, headers={"Content-Disposition": name})


def plan(request: ActorRequest, count_id: int, upload_id: UUID) -> HttpResponse:
    """What the file says, and all its mistakes; entered with one click."""
    kept = uploads.upload_of(request.actor, upload_id, PURPOSE)
    one = _count(request, count_id)
    moment = _moment(request, one)
    if request.method == "POST":
        try:
            said = enter_file(
                count_id=one.pk, upload_id=upload_id, counted_at=moment, actor=request.actor, at=timezone.now()
            )
            text = _("%(numbers)s numbers and %(found)s found lots are entered.")
            done(request, text % {"numbers": said["numbers"], "found": said["found"]})
            return HttpResponseRedirect(reverse("counting:count", args=[one.pk]))
        except Refused as refused:
            return _shown(request, one, kept, UploadPlan(mistakes=mistakes_of(refused.reasons)), status=422)
    shown = None if kept.applied_at else _plan(one, kept)
    return _shown(request, one, kept, shown, status=422 if shown and shown.mistakes else 200)


def _moment(request: ActorRequest, one: Count) -> datetime:
    text = request.GET.get("at", "")
    now = timezone.now()
    if not text.isdigit() or len(text) > 11:
        return now
    return min(now, max(one.opened_at, datetime.fromtimestamp(int(text), tz=timezone.get_current_timezone())))


def _plan(one: Count, kept: Upload) -> UploadPlan:
    try:
        filled = sheet_file.read(one, uploads.tables_of(kept, titles=tables.ALL_TITLES))
    except Refused as refused:
        return UploadPlan(mistakes=mistakes_of(refused.reasons))
    rows: list[tuple[str, ...]] = [
        (str(line.position), localized(line.product), lot_label(line.lot_number), f"{pieces:,}", "")
        for line, pieces in filled.numbers
    ]
    rows += [
        ("", localized(lot.item.product), lot_label(lot.lot), f"{lot.pieces:,}", _("found")) for lot in filled.found
    ]
    headings = [_("Line"), _("Product"), _("Lot"), _("Pieces counted"), ""]
    return UploadPlan(headings=headings, rows=rows, mistakes=mistakes_of(filled.mistakes))


def _shown(request: ActorRequest, one: Count, kept: Upload, shown: UploadPlan | None, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "upload": kept,
        "plan": shown,
        "back": reverse("counting:file", args=[one.pk]),
        "back_label": f"{_('Count')} {one.number}",
    }
    return render(request, "ui/upload_plan.html", context, status=status)
