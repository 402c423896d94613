"""Counting a machine, slot by slot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine, Slot, Stop
from zhixuan.modules.machines.operations.count_machine import Counted, count_machine
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries import visits
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.machines.counting import REASONS
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.widgets import DayInput


class CountForm(PostingForm):
    """The day, a number a slot, and what a difference comes from."""

    on = forms.DateField(label=_lazy("Counted on"), widget=DayInput())
    reason = forms.ChoiceField(
        label=_lazy("What a difference comes from"),
        required=False,
        choices=[("", "—"), *((code, _lazy(text)) for code, text in REASONS.items())],
    )
    note = forms.CharField(label=_lazy("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in slots:
            self.fields[f"found_{slot.pk}"] = forms.IntegerField(
                label=_("Slot %(slot)s, pieces counted") % {"slot": slot.number},
                min_value=0,
                max_value=slot.capacity,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )


def count(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Enter what is in each slot; on POST the difference is posted."""
    found = words.machine_in(request, facility_id, permissions.COUNT)
    stop = visits.stop_of(request.actor, doing.preset(request, "stop") or 0, facility_id)
    slots = list(queries.slots_of([found.pk]))
    form = CountForm(request.POST or None, initial={"on": timezone.localdate()}, slots=slots)
    if request.method == "POST" and form.is_valid() and (answer := _post(request, found, form, slots, stop)):
        return answer
    tiles = [
        {
            "slot": slot,
            "item": words.item(slot),
            "expected": max(slot.pieces, 0),
            "unit": unit_of(slot.item.product),
            "field": form[f"found_{slot.pk}"],
        }
        for slot in slots
    ]
    context = {
        **head(request, found),
        "form": form,
        "tiles": tiles,
        "back": reverse("machines:machine", args=[found.pk]),
    }
    return render(request, "machines/count.html", context, status=422 if form.is_bound else 200)


def _post(
    request: ActorRequest, found: Machine, form: CountForm, slots: Sequence[Slot], stop: Stop | None
) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        proof = count_machine(
            machine_id=found.pk,
            counted=[Counted(slot.pk, given[f"found_{slot.pk}"]) for slot in slots],
            on=given["on"],
            reason=given["reason"],
            note=given["note"],
            stop_id=stop.pk if stop else None,
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            index = reason.field.removeprefix("counted-").partition("-")[0]
            if index.isdigit() and int(index) < len(slots):
                reason.field = f"found_{slots[int(index)].pk}"
        add_refusal(form, refused)
        return None
    said = _("This had been posted before; nothing was posted twice.") if proof.repeated else _("The count is posted.")
    slip = reverse("machines:visit", args=[proof.command_id])
    done(request, said, number=proof.number, links=[Link(_("Open the slip"), slip, "receipt")])
    return HttpResponseRedirect(reverse("machines:route", args=[stop.route_id]) if stop else slip)
