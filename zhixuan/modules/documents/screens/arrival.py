"""Draw a goods-receipt note of what another facility sent, or sent back: its lots stand fixed, what came is entered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.documents.queries import transfers
from zhixuan.modules.documents.queries.documents import number_of
from zhixuan.modules.documents.screens import words
from zhixuan.modules.documents.screens.acceptance import AcceptanceForm, PriceField, acceptance_of
from zhixuan.modules.documents.screens.heads import ArrivalHeadForm
from zhixuan.modules.stock.screens import arrivals, doing
from zhixuan.modules.stock.screens.offers import measure_of, packing_of
from zhixuan.modules.stock.screens.slips import number_of as slip_number_of
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import Acceptance, Conclusion, DocumentLine, Origin
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.scanning import takes_scans


class EditArrivalLine(AcceptanceForm, arrivals.CountForm, PostingForm):
    """A lot of a note that is there: what came of it can be changed, not which lot it is."""

    field_order: Any = (
        "accepted", "damaged", "missing", "unit_price", "sampled_pieces", "appearance", "packaging", "temperature",
        "conclusion",
    )  # fmt: skip
    unit_price = PriceField()
    sampled_pieces = forms.IntegerField(label=_lazy("Pieces sampled"), required=False, min_value=0)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


@takes_scans
def draw_arrival(request: ActorRequest, event_id: int) -> HttpResponse:
    """Count lot by lot, by hand or by scanner; what was opened before leads to the note that is there."""
    sent = arrivals.sent_here(request, event_id, permissions.DRAW)
    facility = sent.other_place.facility
    if request.method != "POST" and (there := _there_already(request, sent)):
        return there
    posted = request.POST or None
    form = ArrivalHeadForm(posted, initial=_proposed(request, sent))
    accepted = AcceptanceForm(posted, prefix="all", initial={"conclusion": Conclusion.ACCEPTED})
    counts = arrivals.Counts(posted, event_id)
    if posted and form.is_valid() & counts.is_valid() & accepted.is_valid():
        drawn: Any = doing.attempt(form, lambda: _draw(request, sent, form, counts, accepted), beside=counts.beside)
        if drawn is not None:
            again = _("This document had been drawn before; it was not drawn twice.")
            done(request, again if drawn.repeated else _("The document is drawn."), number=drawn.number)
            return HttpResponseRedirect(reverse("documents:document", args=[drawn.id]))
    context = {
        "form": form,
        "accepted": accepted,
        "counts": counts,
        "marked": not form.errors and (counts.are_marked or bool(accepted.errors)),
        "sent": sent,
        "facility": facility,
        "number": slip_number_of(sent),
        "kind": words.ORIGIN_LABELS[_origin(sent)],
        "two_needed": arrivals.two_take_in(sent),
    }
    return render(request, "documents/draw_arrival.html", context, status=422 if posted else 200)


def _there_already(request: ActorRequest, sent: Any) -> HttpResponse | None:
    """Received already: to the slip. On a note already: to the note."""
    if answered := arrivals.taken_in_before(request, sent):
        return answered
    note = transfers.note_of(sent.pk, sent.other_place.facility_id)
    if note is None:
        return None
    messages.info(request, _("Document %(number)s takes this in already.") % {"number": number_of(note)})
    return HttpResponseRedirect(reverse("documents:document", args=[note.pk]))


def _origin(sent: Any) -> Origin:
    return Origin.RETURN if sent.kind == EventKind.RETURN else Origin.TRANSFER


def _proposed(request: ActorRequest, sent: Any) -> dict[str, Any]:
    return {"on": timezone.localdate(), "reference": sent.reference, "keeper": request.actor.name}


def _draw(request: ActorRequest, sent: Any, form: Any, counts: arrivals.Counts, accepted: AcceptanceForm) -> Any:
    given = form.cleaned_data
    found = acceptance_of(accepted.cleaned_data)
    return draw_document(
        kind=DocumentKind.RECEIPT,
        facility_id=sent.other_place.facility_id,
        other_facility_id=None,
        lines=[_line(lot, arrived, found) for lot, arrived in counts.arrived()],
        on=given["on"],
        reference=given["reference"],
        note=given["note"],
        head=Head(
            origin=_origin(sent).value,
            transport=given["transport"],
            keeper=given["keeper"],
            acceptor=given["acceptor"],
            supervisor=given["supervisor"],
            transfer_id=sent.pk,
        ),
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )


def _line(lot: arrivals.SentLot, arrived: Arrived, found: Acceptance) -> DocumentLine:
    """A lot of which something is damaged or missing is not accepted as a whole, whatever was said of all."""
    is_whole = arrived.accepted == lot.pieces
    conclusion = found.conclusion if is_whole else Conclusion.PARTLY if arrived.accepted and found.conclusion else ""
    return DocumentLine(
        product_id=lot.product_id,
        item_id=lot.item_id,
        pieces=arrived.accepted,
        made_on=lot.made_on,
        lot_id=lot.lot_id,
        damaged=arrived.damaged,
        missing=arrived.missing,
        acceptance=Acceptance(found.appearance, found.packaging, found.temperature, None, conclusion),
    )


def line_form(posted: Any, row: Any) -> EditArrivalLine:
    """The form of a line of such a note."""
    names = (
        "damaged", "missing", "unit_price", "sampled_pieces", "appearance", "packaging", "temperature", "conclusion",
        "revision",
    )  # fmt: skip
    measure = measure_of(row.product, packing_of(row.lot.item))
    return EditArrivalLine(
        posted, measure=measure, initial={"accepted": row.pieces, **{name: getattr(row, name) for name in names}}
    )


def changed_line(form: EditArrivalLine, before: DocumentLine) -> DocumentLine:
    """The line as the form says; lot, item and product stay."""
    given = form.cleaned_data
    return DocumentLine(
        product_id=before.product_id,
        item_id=before.item_id,
        pieces=given["accepted"],
        made_on=before.made_on,
        lot_id=before.lot_id,
        damaged=given["damaged"],
        missing=given["missing"],
        unit_price=given["unit_price"],
        acceptance=acceptance_of(given),
    )
