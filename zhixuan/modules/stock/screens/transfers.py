"""Transfers on their way, and taking one in: accepted, damaged, missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer as take_in
from zhixuan.modules.stock.queries import slips as queries
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.modules.stock.screens import arrivals, doing, words
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.scanning import takes_scans
from zhixuan.shared.ui.widgets import DayInput

TRANSFERS = Listing(
    name="transfers",
    title=_lazy("On the way here"),
    columns=(
        Column("number", _lazy("Slip"), value=number_of, href=lambda sent: address("stock:slip", sent.id)),
        Column("on", _lazy("Sent on"), "date", sort=("on", "id")),
        Column("kind", _lazy("What"), "badge", value=lambda sent: words.kind_badge(sent.kind)),
        Column("sender", _lazy("From"), value=lambda sent: localized(sent.place.facility)),
        Column("receiver", _lazy("To"), value=lambda sent: localized(sent.other_place.facility)),
        Column("days", _lazy("Days on the way"), "number", value=lambda sent: (timezone.localdate() - sent.on).days),
        Column(
            "receive",
            _lazy("Take in"),
            value=lambda sent: arrivals.take_in_label(sent) if sent.may_receive else None,
            href=lambda sent: arrivals.take_in_address(sent) if sent.may_receive else "",
        ),
    ),
    default_sort="on",
    empty=Empty(
        _lazy("Nothing is on its way"),
        _lazy("Transfers and returns that others send here appear until they are received."),
        icon="truck-delivery",
    ),
)


def transfers(request: ActorRequest) -> HttpResponse:
    """What is on its way to the facilities in sight, the longest first."""
    rows = queries.awaiting_receipt(request.actor).select_related("place__facility", "other_place__facility")
    listing: list[Any] = list(rows)
    for sent in listing:
        facility = sent.other_place.facility
        sent.may_receive = request.actor.may(
            permissions.RECEIVE_TRANSFER, area_path=facility.area_path, facility_id=facility.id
        )
    return TRANSFERS.response(request, listing, template="stock/transfers.html")


class ArrivalForm(PostingForm):
    """The day of arrival and what there is to say about differences."""

    on = forms.DateField(label=_lazy("Arrived on"), widget=DayInput())
    note = forms.CharField(
        label=_lazy("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_lazy("Needed when something is damaged or missing: what, and who saw it."),
    )


@takes_scans
def receive_transfer(request: ActorRequest, event_id: int) -> HttpResponse:
    """Count a delivery lot by lot; everything sent is proposed as accepted. Where two people are needed, a note is
    drawn instead."""
    sent = arrivals.sent_here(request, event_id, permissions.RECEIVE_TRANSFER)
    if request.method != "POST" and (elsewhere := _elsewhere(request, sent)):
        return elsewhere
    form = ArrivalForm(request.POST or None, initial={"on": timezone.localdate()})
    counts = arrivals.Counts(request.POST or None, event_id)
    if request.method == "POST" and form.is_valid() & counts.is_valid():
        receipt = doing.attempt(form, lambda: _act(request, event_id, form, counts), beside=counts.beside)
        if receipt:
            return doing.prove(request, receipt, _("The transfer is in the store."))
        doing.show_the_way(form, arrivals.take_in_address(sent))
    context = {
        "form": form,
        "sent": sent,
        "facility": sent.other_place.facility,
        "number": number_of(sent),
        "counts": counts,
        "marked": not form.errors and counts.are_marked,
    }
    return render(request, "stock/receive_transfer.html", context, status=422 if form.is_bound else 200)


def _elsewhere(request: ActorRequest, sent: Any) -> HttpResponseRedirect | None:
    """It is in the store already; or a note is drawn of it."""
    if answered := arrivals.taken_in_before(request, sent):
        return answered
    return HttpResponseRedirect(arrivals.take_in_address(sent)) if arrivals.two_take_in(sent) else None


def _act(request: ActorRequest, event_id: int, form: ArrivalForm, counts: arrivals.Counts) -> Receipt:
    given = form.cleaned_data
    return take_in(
        transfer_id=event_id,
        lines=[arrived for _lot, arrived in counts.arrived()],
        on=given["on"],
        note=given["note"],
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )
