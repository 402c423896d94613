"""Draw a document: its head, its lines by keyboard or scanner, and for what goes out the lots and why."""

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
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.documents.screens import words
from zhixuan.modules.documents.screens.acceptance import AcceptanceForm, PriceField, acceptance_of
from zhixuan.modules.documents.screens.heads import IssueForm, ReceiptHeadForm
from zhixuan.modules.stock.queries import flow, partners, picking
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing, offers, proposal
from zhixuan.modules.stock.screens.lines import Line, choice_field, lines_of, offered
from zhixuan.modules.stock.screens.lot_lines import LotLine
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.scanning import takes_scans

PREVIEW = "preview"
THEN_TABLE = "table"


class ReceiptLine(LotLine):
    """One lot of a delivery; it may be scanned."""

    field_order: Any = ("item", "lot_number", "expires_on", "made_on", "pieces", "unit", "unit_price")
    unit_price = PriceField()


class SlipLine(Line):
    """A product, or one of its packs, and how many."""

    counted = "product"
    field_order: Any = ("product", "pieces", "unit", "asked_pieces")
    product = choice_field(_lazy("Product"), "stock", _lazy("Name, code or scan"))
    asked_pieces = forms.IntegerField(
        label=_lazy("Asked for"), required=False, min_value=1, widget=forms.TextInput({"inputmode": "numeric"})
    )


RECEIPT_LINES, SLIP_LINES = lines_of(ReceiptLine), lines_of(SlipLine)


@takes_scans
def draw(request: ActorRequest, kind: str) -> HttpResponse:
    """One page for each kind; refused, it comes back with everything that was typed."""
    if kind not in {one.value for one in DocumentKind}:
        raise Unknown
    facility = doing.facility_in(request, permissions.DRAW)
    if facility is None:
        return doing.choose_facility(request, permissions.DRAW, words.KIND_LABELS[kind])
    if kind == DocumentKind.RECEIPT:
        return _draw_receipt(request, facility)
    return _draw_slip(request, facility, DocumentKind(kind))


def _context(request: ActorRequest, facility: Any, kind: DocumentKind) -> dict[str, Any]:
    return {
        **doing.place_bar(request, facility, permissions.DRAW),
        "kind": kind.value,
        "label": words.KIND_LABELS[kind],
        "two_needed": flow.two_needed(places_of(facility.pk), kind, on=timezone.localdate()),
    }


def _draw_receipt(request: ActorRequest, facility: Any) -> HttpResponse:
    posted = request.POST or None
    form = ReceiptHeadForm(posted, initial={"on": timezone.localdate(), "keeper": request.actor.name})
    accepted = AcceptanceForm(posted, prefix="all", initial={"conclusion": "accepted"})
    lines = offered(request, RECEIPT_LINES, offers.items(directory.permitted_product_ids(facility.pk)))
    if posted and form.is_valid() & lines.is_valid() & accepted.is_valid():
        filled = lines.filled()
        found = acceptance_of(accepted.cleaned_data)
        products = catalogue.items_by_id(int(values["item"]) for _row, values in filled)
        goods = [
            DocumentLine(
                product_id=products[int(values["item"])].product_id,
                item_id=int(values["item"]),
                pieces=values["pieces"],
                lot_number=values["lot_number"],
                expires_on=values["expires_on"],
                made_on=values["made_on"],
                other_expiry_confirmed=values["confirmed"],
                unit_price=values["unit_price"],
                acceptance=found,
            )
            for _row, values in filled
        ]
        positions = {"lines": [row for row, _values in filled]}
        answer = _try(request, form, DocumentKind.RECEIPT, facility, goods, lines, positions)
        if answer is not None:
            return answer
    context = {**_context(request, facility, DocumentKind.RECEIPT), "form": form, "lines": lines, "accepted": accepted}
    return render(request, "documents/draw_receipt.html", context, status=422 if posted else 200)


def _draw_slip(request: ActorRequest, facility: Any, kind: DocumentKind) -> HttpResponse:
    is_return = kind is DocumentKind.RETURN
    giver, today = places_of(facility.pk), timezone.localdate()
    form = _slip_form(request, facility, is_return)
    offer = offers.products(giver, Needs(on=today, expired_allowed=is_return))
    lines = offered(request, SLIP_LINES, offer, preset="product")
    context = {**_context(request, facility, kind), "form": form, "lines": lines}
    if request.method != "POST":
        return render(request, "documents/draw_slip.html", context)
    sound = form.is_valid() & lines.is_valid()
    asked = proposal.asked_for(lines, request.POST)
    if request.POST.get("step") == PREVIEW:
        page = "stock/_proposal.html" if getattr(request, "htmx", False) else "documents/draw_slip.html"
        return render(request, page, {**context, **_explained(giver, form, asked, is_return)})
    objections = asked.objections()
    if sound and objections:
        doing.tell(form, objections, [lines], asked.positions)
    elif sound:
        wanted = [_slip_line(line, values) for line, (_row, values) in zip(asked.wanted, lines.filled(), strict=True)]
        answer = _try(request, form, kind, facility, wanted, lines, asked.positions)
        if answer is not None:
            return answer
    context |= _explained(giver, form, asked, is_return)
    return render(request, "documents/draw_slip.html", context, status=422)


def _slip_line(line: Wanted, values: dict[str, Any]) -> DocumentLine:
    return DocumentLine(
        product_id=line.product_id,
        item_id=line.item_id,
        pieces=line.pieces,
        whole_packs=line.whole_packs,
        chosen=line.chosen,
        override_reason=line.override_reason,
        asked_pieces=values["asked_pieces"],
    )


def _slip_form(request: ActorRequest, facility: Any, is_return: bool) -> IssueForm:
    today = timezone.localdate()
    found = (partners.suppliers if is_return else partners.receivers)(request.actor, facility, on=today)
    usual = found.line[0].pk if found.line and (is_return or len(found.line) == 1) else None
    return IssueForm(
        request.POST or None,
        initial={
            "on": today,
            "other_facility": doing.preset(request, "to") or usual,
            "keeper": request.actor.name,
        },
        partners=found,
        is_return=is_return,
    )


def _explained(giver: Any, form: IssueForm, asked: proposal.Asked, is_return: bool) -> dict[str, Any]:
    given = form.cleaned_data
    if "other_facility" not in given or "on" not in given:
        return {"waits_for": _("Choose the receiver and the day first: how long a lot must keep depends on them.")}
    if is_return:
        needs = picking.needs_of_return(given["on"])
    else:
        needs = picking.needs_of_transfer(given["on"], places_of(given["other_facility"]))
    found = proposal.proposals(giver, asked, needs)
    return proposal.shown(asked, found, needs.good_until, proposal.remarks(giver, found, given["on"]))


def _try(
    request: ActorRequest, form: Any, kind: DocumentKind, facility: Any, lines: Any, *shown: Any
) -> HttpResponse | None:
    """Draw it and lead to it; or put every refusal beside its field. `shown`: the formset and its positions."""
    given = form.cleaned_data
    formset, positions = shown
    follows = request.POST.get("then") == THEN_TABLE
    drawn: Any = doing.attempt(
        form,
        lambda: draw_document(
            kind=kind,
            facility_id=facility.pk,
            other_facility_id=given.get("other_facility"),
            lines=lines,
            on=given["on"],
            reference=given["reference"],
            note=given["note"],
            head=form.head(),
            **({"lines_follow": True} if follows else {}),
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        ),
        [formset],
        positions,
    )
    if drawn is None:
        return None
    said = (
        _("This document had been drawn before; it was not drawn twice.")
        if drawn.repeated
        else _("The document is drawn.")
    )
    again = f"{reverse('documents:draw', args=[kind.value])}?facility={facility.pk}"
    done(request, said, number=drawn.number, links=[Link(_("Draw another"), again, "plus")])
    return HttpResponseRedirect(reverse("documents:table" if follows else "documents:document", args=[drawn.id]))
