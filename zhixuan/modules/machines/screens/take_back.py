"""Taking good packs out of a machine, slot by slot; they go back to the store that supplies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from zhixuan.modules.machines.operations.take_back_packs import TakenBack, take_back_packs
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries import visits
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.shelf import lots_in
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import expiry, lot_label, unit_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

Choices = list[tuple[int | str, str]]


class TakeBackForm(PostingForm):
    """The day, why, and two cells a slot: how many, of which lot."""

    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    note = forms.CharField(label=_lazy("Why they go back"), max_length=400)

    def __init__(self, *args: Any, slots: Sequence[Slot], lots: Mapping[int, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in slots:
            self.fields[f"back_{slot.pk}"] = forms.IntegerField(
                label=_("Slot %(slot)s, pieces taken back") % {"slot": slot.number},
                required=False,
                min_value=0,
                max_value=slot.capacity,
                widget=forms.NumberInput({"inputmode": "numeric", "placeholder": "0"}),
            )
            self.fields[f"lot_{slot.pk}"] = forms.TypedChoiceField(
                label=_("Slot %(slot)s, lot on the packs") % {"slot": slot.number},
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("not looked at: what expires first")), *lots.get(slot.item_id, [])],
            )


def take_back(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Enter what was taken out; on POST the return slip is posted, and the store takes the packs in when they come."""
    found = words.machine_in(request, facility_id, permissions.REFILL)
    stop = visits.stop_of(request.actor, doing.preset(request, "stop") or 0, facility_id)
    slots = list(queries.slots_of([found.pk]))
    form = TakeBackForm(request.POST or None, initial={"on": timezone.localdate()}, slots=slots, lots=_lots(found.pk))
    if request.method == "POST" and form.is_valid() and (answer := _post(request, found, form, slots, stop)):
        return answer
    store = found.facility.supplied_by
    context = {
        **head(request, found),
        "form": form,
        "tiles": [_tile(form, slot) for slot in slots],
        "store_name": localized(store) if store else "",
        "stop": stop,
        "back": reverse("machines:machine", args=[found.pk]),
    }
    return render(request, "machines/take_back.html", context, status=422 if form.is_bound else 200)


def _lots(machine_id: int) -> dict[int, Choices]:
    """Lots in the machine's books, by item."""
    found: dict[int, Choices] = {}
    for balance in lots_in(places_of(machine_id).store_id):
        lot = balance.lot
        until = expiry(lot.expires_on)
        label = lot_label(lot.number)
        if until:
            label = _("%(lot)s, good until %(day)s") % {"lot": label, "day": day(until)}
        found.setdefault(lot.item_id, []).append((lot.pk, label))
    return found


def _tile(form: TakeBackForm, slot: Slot) -> dict[str, Any]:
    pieces, lot = form[f"back_{slot.pk}"], form[f"lot_{slot.pk}"]
    return {
        "slot": slot,
        "item": words.item(slot),
        "there": max(slot.pieces, 0),
        "unit": unit_of(slot.item.product),
        "pieces": pieces,
        "lot": lot,
        "errors": [*pieces.errors, *lot.errors],
    }


def _post(
    request: ActorRequest, found: Machine, form: TakeBackForm, slots: Sequence[Slot], stop: Stop | None
) -> HttpResponse | None:
    given = form.cleaned_data
    work = [
        TakenBack(slot.pk, given[f"back_{slot.pk}"], given[f"lot_{slot.pk}"])
        for slot in slots
        if given[f"back_{slot.pk}"]
    ]
    try:
        proof = take_back_packs(
            machine_id=found.pk,
            work=work,
            on=given["on"],
            note=given["note"],
            stop_id=stop.pk if stop else None,
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            index = reason.field.removeprefix("work-").partition("-")[0]
            if reason.field.startswith("work-") and index.isdigit() and int(index) < len(work):
                reason.field = f"back_{work[int(index)].slot_id}"
        add_refusal(form, refused)
        return None
    said = _("The packs are on their way back to the store; there somebody takes them in.")
    if proof.repeated:
        said = _("This had been posted before; nothing was posted twice.")
    slip = reverse("machines:visit", args=[proof.command_id])
    done(request, said, number=proof.number, links=[Link(_("Open the slip"), slip, "receipt")])
    return HttpResponseRedirect(reverse("machines:route", args=[stop.route_id]) if stop else slip)
