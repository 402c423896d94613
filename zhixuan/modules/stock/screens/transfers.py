"""Transfers on their way, and taking one in: accepted, damaged, missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer as take_in
from zhixuan.modules.stock.queries import slips as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing, words
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
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
            value=lambda sent: _("Receive") if sent.may_receive else None,
            href=lambda sent: address("stock:receive_transfer", sent.id) if sent.may_receive else "",
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


class CountForm(forms.Form):
    """What arrived of one lot, in pieces."""

    accepted = forms.IntegerField(label=_lazy("Accepted"), min_value=0, max_value=10**12)
    damaged = forms.IntegerField(label=_lazy("Damaged"), min_value=0, max_value=10**12, initial=0, required=False)
    missing = forms.IntegerField(label=_lazy("Missing"), min_value=0, max_value=10**12, initial=0, required=False)


def receive_transfer(request: ActorRequest, event_id: int) -> HttpResponse:
    """Count a delivery lot by lot; everything sent is proposed as accepted."""
    sent = _sent(request, event_id)
    lines = _lines(event_id)
    form = ArrivalForm(request.POST or None, initial={"on": timezone.localdate()})
    counts = [
        (line, CountForm(request.POST or None, prefix=f"lot-{line['lot_id']}", initial={"accepted": line["pieces"]}))
        for line in lines
    ]
    if request.method == "POST" and all([form.is_valid(), *(count.is_valid() for _line, count in counts)]):
        beside = {str(count.prefix): count for _line, count in counts}
        receipt = doing.attempt(form, lambda: _act(request, event_id, form, counts), beside=beside)
        if receipt:
            return doing.prove(request, receipt, _("The transfer is in the store."))
    context = {
        "form": form,
        "sent": sent,
        "number": number_of(sent),
        "counts": counts,
        "marked": not form.errors and any(count.errors for _line, count in counts),
    }
    return render(request, "stock/receive_transfer.html", context, status=422 if form.is_bound else 200)


def _act(request: ActorRequest, event_id: int, form: ArrivalForm, counts: list[Any]) -> Any:
    given = form.cleaned_data
    return take_in(
        transfer_id=event_id,
        lines=[
            Arrived(
                line["lot_id"],
                count.cleaned_data["accepted"],
                count.cleaned_data["damaged"] or 0,
                count.cleaned_data["missing"] or 0,
            )
            for line, count in counts
        ],
        on=given["on"],
        note=given["note"],
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )


def _sent(request: ActorRequest, event_id: int) -> Any:
    """The transfer, if this person may take it in."""
    sent = queries.event(request.actor, event_id)
    if sent.other_place is None or sent.other_place.facility_id is None:
        raise Unknown
    permissions.require(request.actor, permissions.RECEIVE_TRANSFER, places_of(sent.other_place.facility_id))
    return sent


def _lines(event_id: int) -> list[dict[str, Any]]:
    """Lots of the transfer with their pieces, one entry a lot."""
    lots: dict[int, dict[str, Any]] = {}
    for line in queries.movements_of(event_id):
        entry = lots.setdefault(
            line.lot_id,
            {
                "lot_id": line.lot_id,
                "lot": words.lot_label(line.lot.number),
                "product": localized(line.product),
                "piece": words.unit_of(line.product),
                "expires_on": words.expiry(line.lot.expires_on),
                "pieces": 0,
            },
        )
        entry["pieces"] += line.pieces
    return list(lots.values())
