"""Reverse a slip."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.modules.stock.queries import slips as queries
from zhixuan.modules.stock.queries.places import closed_until, places_of
from zhixuan.modules.stock.screens import doing, words
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.widgets import DayInput


class ReversalForm(PostingForm):
    """Why, and on which day it takes effect."""

    reason = forms.CharField(label=_lazy("Reason"), max_length=300)
    on = forms.DateField(label=_lazy("Takes effect on"), widget=DayInput())


def reverse(request: ActorRequest, event_id: int) -> HttpResponse:
    """Ask for the reason; the day proposed is the slip's own while its month is open, else today."""
    event = queries.event(request.actor, event_id)
    places = places_of(event.place.facility_id)
    roles = permissions.REVERSE_COUNT if event.kind == EventKind.COUNT else permissions.REVERSE
    permissions.require(request.actor, roles, places)
    form = ReversalForm(request.POST or None, initial={"on": _day(event, places.store_id)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        receipt = doing.attempt(
            form,
            lambda: reverse_event(
                event_id=event_id,
                reason=given["reason"],
                on=given["on"],
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            ),
        )
        if receipt:
            return doing.prove(request, receipt, _("The slip is reversed."))
    context = {"form": form, "event": event, "number": number_of(event), "kind": words.kind_badge(event.kind)}
    return render(request, "stock/reverse.html", context, status=422 if form.is_bound else 200)


def _day(event: Any, store_id: int) -> Any:
    closed = closed_until(store_id)
    return event.on if closed is None or event.on > closed else timezone.localdate()
