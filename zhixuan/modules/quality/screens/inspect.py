"""Look at a lot and write down what was seen: made for a phone beside the shelf."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Inspection
from zhixuan.modules.quality.operations.note_concern import note_concern
from zhixuan.modules.quality.operations.record_inspection import record_inspection
from zhixuan.modules.quality.queries import inspections as queries
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.steps import lots_here
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.offers import Offer
from zhixuan.modules.stock.screens.words import lot_label
from zhixuan.rules.quality.inspection import LOOKED_AT, Finding, Result
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.widgets import DayInput, SearchSelect

FINDING_CHOICES = words.choices(words.FINDINGS)


class LotForm(PostingForm):
    """A lot of a facility, found by typing or scanning."""

    lot = forms.ChoiceField(label=_lazy("Lot"), widget=SearchSelect(placeholder=_lazy("Product, lot number or scan")))
    on = forms.DateField(label=_lazy("Day"), widget=DayInput())

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].widget.facts = offer.facts
        self.fields["lot"].choices = offer.choices  # type: ignore[attr-defined]  # a ChoiceField


class InspectionForm(LotForm):
    """What was looked at, and what it comes to."""

    sampled_pieces = forms.IntegerField(label=_lazy("Pieces looked at"), min_value=1, initial=1)
    temperature = forms.DecimalField(label=_lazy("Temperature, °C"), max_digits=4, decimal_places=1, required=False)
    humidity = forms.DecimalField(label=_lazy("Relative humidity, %"), max_digits=4, decimal_places=1, required=False)
    result = forms.ChoiceField(label=_lazy("Result"), choices=words.choices(words.RESULTS), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_lazy("What was seen"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LOOKED_AT:
            self.fields[name] = forms.ChoiceField(
                label=str(words.LOOKED_AT[name]), choices=FINDING_CHOICES, widget=forms.RadioSelect
            )
        self.order_fields(["lot", "on", "sampled_pieces", *LOOKED_AT, "temperature", "humidity", "result", "note"])


class ConcernForm(LotForm):
    """Damp, heat or a complaint: about a lot or about all of them. Nothing about a person."""

    kind = forms.ChoiceField(
        label=_lazy("What was noticed"), choices=words.choices(words.CONCERNS), widget=forms.RadioSelect
    )
    what = forms.ChoiceField(
        label=_lazy("What is wrong with the piece"),
        choices=[("", "—"), *words.choices(words.COMPLAINTS)],
        required=False,
    )
    note = forms.CharField(
        label=_lazy("More about it"),
        max_length=300,
        required=False,
        help_text=_lazy("About the goods only. Write nothing about the person who told you."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].required = False
        self.fields["lot"].help_text = _lazy("Leave it empty when it concerns everything in the store.")
        self.order_fields(["kind", "lot", "what", "on", "note"])


def inspect(request: ActorRequest) -> HttpResponse:
    """One inspection; `?facility=&lot=&why=` come from the list of what is due."""
    facility = doing.facility_in(request, permissions.INSPECT)
    if facility is None:
        return doing.choose_facility(request, permissions.INSPECT, _("Inspect"))
    initial = {"lot": request.GET.get("lot", ""), "on": timezone.localdate()}
    form = InspectionForm(request.POST or None, initial=initial, offer=lots_here(places_of(facility.pk)))
    if request.method == "POST" and form.is_valid():
        made = doing.attempt(form, lambda: _record(request, facility, form.cleaned_data))
        if made is not None:
            return _proven(request, facility, made)
    context = {
        **doing.place_bar(request, facility, permissions.INSPECT),
        "form": form,
        "why": words.DUE.get(request.GET.get("why", "")),
        "looked_at": [form[name] for name in LOOKED_AT],
    }
    return render(request, "quality/inspect.html", context, status=422 if form.is_bound else 200)


def _record(request: ActorRequest, facility: Facility, given: dict[str, Any]) -> Inspection:
    return record_inspection(
        facility_id=facility.pk,
        lot_id=int(given["lot"]),
        on=given["on"],
        findings={name: Finding(given[name]) for name in LOOKED_AT},
        sampled_pieces=given["sampled_pieces"],
        result=Result(given["result"]),
        temperature=given["temperature"],
        humidity=given["humidity"],
        note=given["note"],
        why=request.GET.get("why", "")[:40] if request.GET.get("why", "") in words.DUE else "",
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )


def _proven(request: ActorRequest, facility: Facility, made: Inspection) -> HttpResponse:
    said = {
        Result.PASS: _("The lot passed."),
        Result.HOLD: _("The lot is on hold: %(pieces)s pieces lie in quarantine now."),
        Result.FAIL: _("The lot failed: %(pieces)s pieces lie in quarantine now."),
    }[Result(made.result)] % {"pieces": made.moved_pieces}
    links = [Link(_("Inspect the next one"), f"{reverse('quality:due')}?facility={facility.pk}", "list-check")]
    if made.result == Result.FAIL:
        links.append(Link(_("Report the loss"), f"{reverse('quality:draw')}?facility={facility.pk}", "trash"))
    done(request, said, number=made.number, links=links)
    return HttpResponseRedirect(reverse("quality:inspection", args=[made.pk]))


def inspection(request: ActorRequest, inspection_id: int) -> HttpResponse:
    """One inspection as it was written down."""
    found = queries.inspection(request.actor, inspection_id)
    context = {
        "one": found,
        "lot": lot_label(found.lot.number),
        "result": words.badge(words.RESULTS, found.result),
        "why": words.DUE.get(found.why),
        "findings": findings_of(found),
    }
    return render(request, "quality/inspection.html", context)


def findings_of(one: Inspection) -> list[tuple[str, str, bool]]:
    """What was looked at, what was seen, and whether it is a flaw."""
    return [
        (str(words.LOOKED_AT[name]), str(words.FINDINGS[getattr(one, name)]), getattr(one, name) == Finding.FLAW)
        for name in LOOKED_AT
    ]


def concern(request: ActorRequest) -> HttpResponse:
    """Note damp, heat or a complaint."""
    facility = doing.facility_in(request, permissions.NOTE_CONCERN)
    if facility is None:
        return doing.choose_facility(request, permissions.NOTE_CONCERN, _("Note damp, heat or a complaint"))
    initial = {"on": timezone.localdate(), "lot": request.GET.get("lot", "")}
    form = ConcernForm(request.POST or None, initial=initial, offer=lots_here(places_of(facility.pk)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = doing.attempt(
            form,
            lambda: note_concern(
                facility_id=facility.pk,
                lot_id=int(given["lot"]) if given["lot"] else None,
                kind=given["kind"],
                what=given["what"] if given["kind"] == "complaint" else "",
                on=given["on"],
                note=given["note"],
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            ),
        )
        if made is not None:
            due = f"{reverse('quality:due')}?facility={facility.pk}"
            done(request, _("Noted. The lots are due for inspection now."), links=[Link(_("Look at them"), due)])
            return HttpResponseRedirect(due)
    context = {**doing.place_bar(request, facility, permissions.NOTE_CONCERN), "form": form}
    return render(request, "quality/concern.html", context, status=422 if form.is_bound else 200)
