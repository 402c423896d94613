"""Refilling a machine, slot by slot, before the machine with a phone in the hand."""

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

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine, Stop
from zhixuan.modules.machines.operations.refill_machine import TAKEN_OUT_FOR, SlotWork, refill_machine
from zhixuan.modules.machines.queries import loading, visits
from zhixuan.modules.machines.queries.loading import Proposal
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import expiry, lot_label, rounded, unit_of
from zhixuan.rules.machines.refill import SAFETY_DAYS
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

WHY = (("", "—"), ("expired", _lazy("Expired")), ("damaged", _lazy("Damaged")))


class RefillForm(PostingForm):
    """The store it comes from, the day, and three cells a slot."""

    giver = forms.TypedChoiceField(label=_lazy("Loaded from"), coerce=int)
    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, proposals: Sequence[Proposal], givers: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{localized(one)} ({one.code})") for one in givers
        ]
        for one in proposals:
            pk, number = one.slot.pk, {"inputmode": "numeric", "placeholder": "0"}
            most = one.slot.capacity
            self.fields[f"load_{pk}"] = forms.IntegerField(
                label=_("Loaded"), required=False, min_value=0, max_value=most, widget=forms.NumberInput(number)
            )
            self.fields[f"out_{pk}"] = forms.IntegerField(
                label=_("Taken out"), required=False, min_value=0, max_value=most, widget=forms.NumberInput(number)
            )
            self.fields[f"why_{pk}"] = forms.ChoiceField(label=_("Why"), required=False, choices=WHY)


def refill(request: ActorRequest, facility_id: int) -> HttpResponse:
    """The proposal with its figures; on POST the visit is posted."""
    found = words.machine_in(request, facility_id, permissions.REFILL)
    stop = visits.stop_of(request.actor, doing.preset(request, "stop") or 0, facility_id)
    givers = _givers(request, found)
    giver = _giver(request, found, stop, [one.pk for one in givers])
    proposals = loading.propose(found, giver, today=timezone.localdate())
    initial: dict[str, Any] = {"on": timezone.localdate(), "giver": giver.facility_id if giver else ""}
    initial |= {f"load_{one.slot.pk}": one.load.load or None for one in proposals}
    form = RefillForm(request.POST or None, initial=initial, proposals=proposals, givers=givers)
    if request.method == "POST" and form.is_valid() and (answer := _post(request, found, form, proposals, stop)):
        return answer
    context = {
        **head(request, found),
        "form": form,
        "tiles": [_tile(form, one) for one in proposals],
        "stop": stop,
        "back": reverse("machines:machine", args=[found.pk]),
        "next_visit_days": found.visit_every_days,
        "safety_days": SAFETY_DAYS,
        "window_days": loading.WINDOW_DAYS,
        "bring": _bring(proposals),
    }
    return render(request, "machines/refill.html", context, status=422 if form.is_bound else 200)


def _givers(request: ActorRequest, found: Machine) -> list[Any]:
    """Stores the person may load from; the one that supplies the machine first."""
    mine = directory.facilities_for(request.actor, permissions.REFILL).filter(directory.open_on(timezone.localdate()))
    stores = [one for one in mine.exclude(pk=found.pk) if one.kind in ("warehouse", "township_store")]
    return sorted(stores, key=lambda one: (one.pk != found.facility.supplied_by_id, one.area_path, one.code))


def _giver(request: ActorRequest, found: Machine, stop: Stop | None, may: Sequence[int]) -> FacilityPlaces | None:
    text = request.POST.get("giver") or request.GET.get("giver", "")
    asked = int(text) if text.isdigit() and len(text) < 19 else (stop.route.giver_id if stop else 0)
    if asked in may:
        return places_of(asked)
    return places_of(may[0]) if may else None


def _post(
    request: ActorRequest, found: Machine, form: RefillForm, proposals: Sequence[Proposal], stop: Stop | None
) -> HttpResponse | None:
    given = form.cleaned_data
    work = [
        SlotWork(
            one.slot.pk,
            given[f"load_{one.slot.pk}"] or 0,
            given[f"out_{one.slot.pk}"] or 0,
            given[f"why_{one.slot.pk}"] if given[f"why_{one.slot.pk}"] in TAKEN_OUT_FOR else "",
        )
        for one in proposals
    ]
    work = [one for one in work if one.loaded or one.taken_out]
    try:
        proof = refill_machine(
            machine_id=found.pk,
            giver_id=given["giver"],
            work=work,
            on=given["on"],
            note=given["note"],
            stop_id=stop.pk if stop else None,
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        _name_fields(refused, work)
        add_refusal(form, refused)
        return None
    said = (
        _("This had been posted before; nothing was posted twice.") if proof.repeated else _("The machine is refilled.")
    )
    slip = reverse("machines:visit", args=[proof.command_id])
    done(request, said, number=proof.number, links=[Link(_("Open the slip"), slip, "receipt")])
    return HttpResponseRedirect(reverse("machines:route", args=[stop.route_id]) if stop else slip)


def _name_fields(refused: Refused, work: Sequence[SlotWork]) -> None:
    names = {"loaded": "load", "taken_out": "out", "why": "why"}
    for reason in refused.reasons:
        head_, _dash, rest = reason.field.partition("-")
        index, _dash, what = rest.partition("-")
        if head_ == "work" and index.isdigit() and int(index) < len(work):
            reason.field = f"{names[what]}_{work[int(index)].slot_id}"


def _tile(form: RefillForm, one: Proposal) -> dict[str, Any]:
    slot, load = one.slot, one.load
    errors = [error for name in ("load", "out", "why") for error in form[f"{name}_{slot.pk}"].errors]
    return {
        "slot": slot,
        "item": words.item(slot),
        "unit": unit_of(slot.item.product),
        "pieces": max(slot.pieces, 0),
        "pack": slot.item.pieces_per_pack,
        "load": form[f"load_{slot.pk}"],
        "out": form[f"out_{slot.pk}"],
        "why": form[f"why_{slot.pk}"],
        "errors": errors,
        "proposed": load,
        "per_day": rounded(load.per_day, 2),
        "use": one.use,
        "lots": [
            {"number": lot_label(lot.number), "expires": expiry(lot.expires_on), "pieces": pieces}
            for lot, pieces in one.lots
        ],
        "wanted_packs": slot.item.pieces_per_pack > 1,
    }


def _bring(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """What to take from the store, by lot."""
    return [
        {"item": words.item(slot), "lot": lot_label(lot.number), "expires": expiry(lot.expires_on), "pieces": pieces}
        for slot, lot, pieces in loading.to_bring(proposals)
    ]
