"""Take a supplier's delivery into a store."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.queries import deliveries
from zhixuan.modules.stock.screens import doing, offers
from zhixuan.modules.stock.screens.lines import Lines, lines_of, offered, pack_codes
from zhixuan.modules.stock.screens.lot_lines import LotLine, delivered
from zhixuan.rules.stock.flow import Deed
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.scanning import takes_scans
from zhixuan.shared.ui.widgets import DayInput


class DeliveryForm(PostingForm):
    """What stands at the head of the delivery note."""

    on = forms.DateField(label=_lazy("Received on"), widget=DayInput())
    reference = forms.CharField(
        label=_lazy("Supplier, contract or delivery note"),
        max_length=120,
        required=False,
        help_text=_lazy("As printed on the paper that came with the goods."),
    )
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)


class DeliveredLine(LotLine):
    """One lot of the delivery; it may be scanned."""


LINES = lines_of(DeliveredLine)


@takes_scans
def receive(request: ActorRequest) -> HttpResponse:
    """One page, by keyboard or scanner alone; refused, it comes back with everything that was typed."""
    facility = doing.facility_in(request, permissions.RECEIVE)
    if facility is None:
        return doing.choose_facility(request, permissions.RECEIVE, _("Receive"))
    if request.method != "POST" and (paper := doing.paper_instead(request, facility, Deed.RECEIPT)):
        return paper
    offer = offers.items(directory.permitted_product_ids(facility.pk))
    posted = request.POST or None
    form = DeliveryForm(posted, initial={"on": timezone.localdate()})
    lines = offered(request, LINES, offer)
    if posted and (receipt := _post(request, facility, form, lines)):
        again = (_("Receive another delivery"), f"{reverse('stock:receive')}?facility={facility.pk}")
        return doing.prove(request, receipt, _("The delivery is in the store."), again=again)
    context = {**doing.place_bar(request, facility, permissions.RECEIVE), "form": form, "lines": lines}
    return render(request, "stock/receive.html", context, status=422 if posted else 200)


def _post(request: ActorRequest, facility: Any, form: DeliveryForm, lines: Lines) -> Any:
    """Post it; or put every objection beside its field, those of the rules also when a field is not valid yet."""
    sound = form.is_valid() & lines.is_valid()
    filled = lines.filled()
    positions = {"lines": [row for row, _values in filled]}
    goods = [delivered(values) for _row, values in filled]
    given = form.cleaned_data
    if not sound:
        objections = deliveries.objections(facility.pk, goods, given["on"]) if goods and "on" in given else []
        doing.tell(form, objections, [lines], positions)
        return None
    receipt = doing.attempt(
        form,
        lambda: receive_delivery(
            facility_id=facility.pk,
            lines=goods,
            on=given["on"],
            reference=given["reference"],
            note=given["note"],
            codes=pack_codes(filled),
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        ),
        [lines],
        positions,
    )
    doing.show_the_way(form, doing.paper_address(facility, Deed.RECEIPT))
    return receipt
