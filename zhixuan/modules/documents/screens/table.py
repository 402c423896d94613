"""Lines of a document from a table: take the template away, fill it in, see what it would add, apply it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.documents.operations.add_table import PURPOSE, add_table
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.queries import drawing, tables
from zhixuan.modules.documents.screens.lines import editable_by
from zhixuan.modules.documents.screens.words import kind_label
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import EDITABLE, DocumentKind, DocumentState
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import in_chinese, localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, kept_upload, mistakes_of, template_response


def template(request: ActorRequest, document_id: int) -> HttpResponse:
    """The table to fill in, for this kind of document."""
    document = editable_by(request, document_id)
    return template_response(
        sheet=kind_label(document.kind),
        columns=tables.columns(document.kind, zh=in_chinese()),
        name=f"{document.kind}-lines",
    )


def upload(request: ActorRequest, document_id: int) -> HttpResponse:
    """Choose a table; nothing is added before it was looked at."""
    document = editable_by(request, document_id)
    if document.transfer_id or DocumentState(document.state) not in EDITABLE:
        return HttpResponseRedirect(_address(document_id))
    form = UploadForm(request.POST or None, request.FILES or None)
    if chosen := kept_upload(request, form, purpose=PURPOSE, subject=document_id, at=timezone.now()):
        return HttpResponseRedirect(reverse("documents:table_plan", args=[chosen.pk]))
    context = {"form": form, "document": document, "number": queries.number_of(document)}
    return render(request, "documents/table.html", context, status=422 if form.is_bound else 200)


def plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What the table would add, and all its mistakes; added with one click."""
    kept = uploads.upload_of(request.actor, upload_id, PURPOSE)
    document = editable_by(request, int(kept.subject))
    if request.method == "POST":
        try:
            add_table(upload_id=upload_id, actor=request.actor, at=timezone.now())
        except Refused as refused:
            return _shown(request, kept, document, UploadPlan(mistakes=mistakes_of(refused.reasons)))
        done(request, _said(kept.pk, request), number=queries.number_of(document))
        return HttpResponseRedirect(f"{_address(document.pk)}#lines")
    return _shown(request, kept, document, None if kept.applied_at else _plan(kept, document))


def _said(upload_id: UUID, request: ActorRequest) -> str:
    added = uploads.upload_of(request.actor, upload_id, PURPOSE).outcome["added"]
    return ngettext(
        "%(n)s line of the table is on the document.", "%(n)s lines of the table are on the document.", added
    ) % {"n": number(added)}


def _plan(kept: uploads.Upload, document: Any) -> UploadPlan:
    paper = drawing.paper_of(document, places_of(document.facility_id), timezone.localdate())
    there = [queries.drawn(row) for row in queries.lines_of(document.pk)]
    try:
        found = tables.read(paper, there, uploads.tables_of(kept, titles=tables.ALL_TITLES))
    except Refused as refused:
        return UploadPlan(mistakes=mistakes_of(refused.reasons))
    is_receipt = document.kind == DocumentKind.RECEIPT
    headings = [_("Row"), _("Product"), *([_("Lot"), _("Expires")] if is_receipt else []), _("Pieces")]
    wrong = {reason.fields.get("row") for reason in found.mistakes}
    names = _names(line for _row, line in found.lines)
    return UploadPlan(
        headings=headings,
        rows=[(number(row), *_cells(line, names, is_receipt)) for row, line in found.lines if row not in wrong],
        mistakes=mistakes_of(found.mistakes),
        nothing="" if found.lines else _("Every row of this table stands on the document already."),
    )


def _names(lines: Iterable[DocumentLine]) -> dict[int, str]:
    products = catalogue.products_by_id({line.product_id for line in lines})
    return {product_id: localized(product) for product_id, product in products.items()}


def _cells(line: DocumentLine, names: dict[int, str], is_receipt: bool) -> list[str]:
    lot = [lot_label(line.lot_number), str(expiry(line.expires_on) or "—")] if is_receipt else []
    return [names[line.product_id], *lot, number(line.pieces)]


def _shown(request: ActorRequest, kept: uploads.Upload, document: Any, shown: UploadPlan | None) -> HttpResponse:
    context = {
        "upload": kept,
        "plan": shown,
        "back": reverse("documents:table", args=[document.pk]) if shown else _address(document.pk),
        "back_label": queries.number_of(document),
    }
    return render(request, "ui/upload_plan.html", context, status=422 if shown and shown.mistakes else 200)


def _address(document_id: int) -> str:
    return reverse("documents:document", args=[document_id])
