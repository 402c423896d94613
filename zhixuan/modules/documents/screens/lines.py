"""One line of a document is its own small form: a thousand lines do not travel for one that changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations.add_line import add_line
from zhixuan.modules.documents.operations.change_line import change_line
from zhixuan.modules.documents.operations.remove_line import remove_line
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.screens import arrival
from zhixuan.modules.documents.screens.acceptance import AcceptanceForm, PriceField, acceptance_of
from zhixuan.modules.documents.screens.document import may
from zhixuan.modules.documents.screens.draw import ReceiptLine, SlipLine
from zhixuan.modules.documents.screens.shown import shown_line
from zhixuan.modules.documents.screens.turn_forms import ReasonForm
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import offers
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import Needs
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal


class EditReceiptLine(ReceiptLine, PostingForm):
    """A lot of a goods-receipt note with what was found on it."""

    field_order: Any = (
        "item", "lot_number", "expires_on", "made_on", "pieces", "unit", "unit_price", "sampled_pieces", "appearance",
        "packaging", "temperature", "conclusion",
    )  # fmt: skip
    sampled_pieces = forms.IntegerField(label=_lazy("Pieces sampled"), required=False, min_value=0)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


for _name, _field in AcceptanceForm.base_fields.items():
    EditReceiptLine.base_fields[_name] = _field


class EditSlipLine(SlipLine, PostingForm):
    """A line of an issue or return slip."""

    field_order: Any = ("product", "pieces", "unit", "asked_pieces", "unit_price")
    unit_price = PriceField()
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


def line(request: ActorRequest, document_id: int, line_id: int) -> HttpResponse:
    """Show the form of one line, or keep it; asked by the page's own script only the row travels."""
    document = editable_by(request, document_id)
    row = queries.line(document_id, line_id)
    form = _form(request, document, row)
    if request.method == "POST" and form.is_valid():
        kept = _drawn(form, document, queries.drawn(row))
        given = form.cleaned_data
        if _act(
            form,
            lambda: change_line(
                line_id=line_id, line=kept, revision=given["revision"], **_said(request, document, given)
            ),
        ):
            return _kept(request, document, line_id)
    return _show(request, document, form, row)


def new_line(request: ActorRequest, document_id: int) -> HttpResponse:
    """One more line at the end."""
    document = editable_by(request, document_id)
    if document.transfer_id:  # its lines are the lots that were sent
        return HttpResponseRedirect(f"{_address(document_id)}#lines")
    form = _form(request, document, None)
    if request.method == "POST" and form.is_valid():
        kept = _drawn(form, document, None)
        if _act(form, lambda: add_line(line=kept, **_said(request, document, form.cleaned_data))):
            last = queries.lines_of(document_id).count()
            return HttpResponseRedirect(f"{_address(document_id)}?page={-(-last // 50)}#lines")
    return _show(request, document, form, None)


def remove(request: ActorRequest, document_id: int, line_id: int) -> HttpResponse:
    """Take a line off, after asking."""
    document = editable_by(request, document_id)
    row = queries.line(document_id, line_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        said = _said(request, document, form.cleaned_data)
        if _act(form, lambda: remove_line(line_id=line_id, **said)):
            return HttpResponseRedirect(f"{_address(document_id)}#lines")
    shown = _form(request, document, row, fresh=True)
    shown.is_valid()
    return _show(request, document, form if form.errors else shown, row)


def editable_by(request: ActorRequest, document_id: int) -> Any:
    """The document, if the person may change what is kept at its facility.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    document = queries.document(request.actor, document_id)
    permissions.require(request.actor, permissions.DRAW, places_of(document.facility_id))
    return document


def _act(form: Any, act: Any) -> bool:
    try:
        act()
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def _said(request: ActorRequest, document: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "document_id": document.pk,
        "actor": request.actor,
        "command_id": given["command_id"],
        "at": timezone.now(),
    }


def _form(request: ActorRequest, document: Any, row: Any, *, fresh: bool = False) -> Any:
    posted = None if fresh else request.POST or None
    if document.transfer_id:
        return arrival.line_form(posted, row)
    is_receipt = document.kind == DocumentKind.RECEIPT
    if is_receipt:
        offer = offers.items(directory.permitted_product_ids(document.facility_id))
    else:
        needs = Needs(on=document.on, expired_allowed=document.kind == DocumentKind.RETURN)
        offer = offers.products(places_of(document.facility_id), needs)
    form_class = EditReceiptLine if is_receipt else EditSlipLine
    return form_class(posted, offer=offer, initial=_initial(row) if row is not None else {"conclusion": "accepted"})


def _initial(row: Any) -> dict[str, Any]:
    names = (
        "lot_number", "expires_on", "made_on", "pieces", "asked_pieces", "unit_price", "appearance", "packaging",
        "temperature", "sampled_pieces", "conclusion", "revision",
    )  # fmt: skip
    choice = f"{row.product_id}:{row.item_id}" if row.item_id else str(row.product_id)
    return {"item": row.item_id, "product": choice, **{name: getattr(row, name) for name in names}}


def _drawn(form: Any, document: Any, before: DocumentLine | None) -> DocumentLine:
    given = form.cleaned_data
    if before is not None and document.transfer_id:
        return arrival.changed_line(form, before)
    if document.kind == DocumentKind.RECEIPT:
        item = catalogue.item(int(given["item"]))
        return DocumentLine(
            product_id=item.product_id,
            item_id=item.pk,
            pieces=given["pieces"],
            lot_number=given["lot_number"],
            expires_on=given["expires_on"],
            made_on=given["made_on"],
            other_expiry_confirmed=given["confirmed"],
            unit_price=given["unit_price"],
            acceptance=acceptance_of(given),
            lot_id=before.lot_id if before else None,
        )
    product, _colon, item_id = given["product"].partition(":")
    # Lots named by hand belong to the quantity they were named for.
    same = before is not None and (before.product_id, before.pieces) == (int(product), given["pieces"])
    return DocumentLine(
        product_id=int(product),
        item_id=int(item_id) if item_id else None,
        pieces=given["pieces"],
        whole_packs=before.whole_packs if before else False,
        chosen=before.chosen if before and same else (),
        override_reason=before.override_reason if before and same else "",
        asked_pieces=given["asked_pieces"],
        unit_price=given["unit_price"],
    )


def _show(request: ActorRequest, document: Any, form: Any, row: Any) -> HttpResponse:
    context = {
        "document": document,
        "number": queries.number_of(document),
        "form": form,
        "line": shown_line(row) if row is not None else None,
        "removing": ReasonForm(),
    }
    is_part = bool(request.htmx) and row is not None
    page = "documents/_line_form.html" if is_part else "documents/line.html"
    # The page's script swaps answers in only when they are fine: the reasons are in the form.
    return render(request, page, context, status=422 if form.is_bound and not is_part else 200)


def _kept(request: ActorRequest, document: Any, line_id: int) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(f"{_address(document.pk)}#line-{line_id}")
    document = queries.document(request.actor, document.pk)
    context = {
        "document": document,
        "line": shown_line(queries.line(document.pk, line_id)),
        "is_receipt": document.kind == DocumentKind.RECEIPT,
        "saved": _("Saved"),
        **may(request, document),
    }
    return render(request, "documents/_line.html", context)


def _address(document_id: int) -> str:
    return reverse("documents:document", args=[document_id])
