"""A lot that lies there and does not stand on the sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.operations.add_found_lot import add_found_lot
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.screens.sheet import head
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import offers
from zhixuan.modules.stock.screens.lot_lines import LotLine, delivered
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import done


class FoundForm(LotLine):
    """Item, lot, expiry as printed, and how many lie there."""

    command_id = forms.UUIDField(widget=forms.HiddenInput, initial=command_ids.new)
    held = forms.BooleanField(label=_lazy("It lies in quarantine"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*self.field_order, "held"])
        self.fields["lot_number"].required = self.fields["expires_on"].required = False


def found(request: ActorRequest, count_id: int) -> HttpResponse:
    """Enter such a lot; what a scanner read comes in the address."""
    one = counts.count(request.actor, count_id)
    permissions.require(request.actor, permissions.COUNT, places_of(one.facility_id))
    offer = offers.items(None)
    form = FoundForm(request.POST or None, offer=offer, initial=_scanned(request, offer))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            now = timezone.now()
            line = add_found_lot(
                count_id=count_id,
                lot=delivered(given),
                held=given["held"],
                counted_at=now,
                actor=request.actor,
                command_id=given["command_id"],
                at=now,
            )
            done(request, _("The lot stands on the sheet now."), number=f"{line.position}")
            return HttpResponseRedirect(reverse("counting:count", args=[count_id]))
        except Refused as refused:
            add_refusal(form, refused)
    context = {**head(request, one), "form": form}
    return render(request, "counting/found.html", context, status=422 if form.is_bound else 200)


def _scanned(request: ActorRequest, offer: offers.Offer) -> dict[str, Any]:
    """What the scanner read, as far as it is known."""
    item = request.GET.get("item", "")
    return {
        "item": item if item in map(str, offer.facts) else "",
        "lot_number": request.GET.get("lot", "")[:40],
        "expires_on": request.GET.get("expiry", "")[:10],
    }
