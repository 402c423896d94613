"""Opening stock from a table: for a facility that begins to keep its books here."""

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

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.operations.enter_opening_stock import PURPOSE, enter_opening_stock
from zhixuan.modules.counting.queries import opening_file, tables
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import in_chinese, localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, kept_upload, mistakes_of, template_response
from zhixuan.shared.uploads import Upload


class OpeningForm(UploadForm):
    """The file; the stock is that of today."""

    file = forms.FileField(label=_lazy("File"), help_text=_lazy("Excel or CSV, up to 10 MB. Nothing is changed yet."))


def opening(request: ActorRequest) -> HttpResponse:
    """Where, and which file."""
    facility = doing.facility_in(request, permissions.OPENING_STOCK)
    if facility is None:
        return doing.choose_facility(request, permissions.OPENING_STOCK, _("Opening stock"))
    form = OpeningForm(request.POST or None, request.FILES or None)
    if chosen := kept_upload(request, form, purpose=PURPOSE, subject=facility.pk, at=timezone.now()):
        return HttpResponseRedirect(reverse("counting:opening_plan", args=[chosen.pk]))
    context = {**doing.place_bar(request, facility, permissions.OPENING_STOCK), "form": form}
    return render(request, "counting/opening.html", context, status=422 if form.is_bound else 200)


def template(request: ActorRequest) -> HttpResponse:
    """The table to fill in."""
    columns = tables.columns(tables.OPENING_KEYS, zh=in_chinese(), opening=True)
    return template_response(sheet=_("Opening stock"), columns=columns, name="opening-stock")


def plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What the file would enter, and all its mistakes; entered with one click."""
    kept = uploads.upload_of(request.actor, upload_id, PURPOSE)
    facility = directory.facility(request.actor, int(kept.subject))
    permissions.require(request.actor, permissions.OPENING_STOCK, places_of(facility.pk))
    if request.method == "POST":
        try:
            said = enter_opening_stock(
                facility_id=facility.pk,
                upload_id=upload_id,
                on=timezone.localdate(),
                actor=request.actor,
                at=timezone.now(),
            )
        except Refused as refused:
            return _shown(request, kept, UploadPlan(mistakes=mistakes_of(refused.reasons)), status=422)
        links = (
            [Link(_("Open the slip"), reverse("stock:slip", args=[said["event"]]), "receipt")] if said["event"] else []
        )
        done(
            request,
            _("%(n)s lots are entered as opening stock.") % {"n": said["lots"]},
            number=said["slip"],
            links=links,
        )
        return HttpResponseRedirect(f"{reverse('stock:on_hand')}?facility={facility.pk}")
    shown = None if kept.applied_at else _plan(facility.pk, kept)
    return _shown(request, kept, shown, status=422 if shown and shown.mistakes else 200)


def _plan(facility_id: int, kept: Upload) -> UploadPlan:
    try:
        found = opening_file.read(facility_id, uploads.tables_of(kept, titles=tables.ALL_TITLES))
    except Refused as refused:
        return UploadPlan(mistakes=mistakes_of(refused.reasons))
    lots = [(lot, "") for lot in found.lots] + [(lot, _("in the books already")) for lot in found.known]
    return UploadPlan(
        headings=[_("Item"), _("Product"), _("Lot"), _("Expires"), _("Pieces"), ""],
        rows=[
            (
                lot.item.code,
                localized(lot.item.product),
                lot_label(lot.lot),
                str(expiry(lot.expires_on) or "—"),
                f"{lot.pieces:,}",
                remark,
            )
            for lot, remark in lots
        ],
        mistakes=mistakes_of(found.mistakes),
        nothing="" if found.lots else _("Everything in this file stands in the books already."),
    )


def _shown(request: ActorRequest, kept: Upload, shown: UploadPlan | None, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "upload": kept,
        "plan": shown,
        "back": f"{reverse('counting:opening')}?facility={kept.subject}",
        "back_label": _("Opening stock"),
    }
    return render(request, "ui/upload_plan.html", context, status=status)
