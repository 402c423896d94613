"""Setting a machine up: its facts, its slots."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine
from zhixuan.modules.machines.operations.plan_slots import plan_slots
from zhixuan.modules.machines.operations.set_up_machine import Facts, set_up_machine
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.modules.stock.screens import doing, offers
from zhixuan.rules.machines.slots import CAPACITY_MAX, SlotPlan
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput, SearchSelect

SLOTS_MAX = 120


class FactsForm(PostingForm):
    model = forms.CharField(label=_lazy("Model"), max_length=80, required=False)
    serial = forms.CharField(label=_lazy("Serial number"), max_length=80, required=False)
    installed_on = forms.DateField(label=_lazy("Installed on"), required=False, widget=DayInput())
    service_phone = forms.CharField(
        label=_lazy("Service phone"),
        max_length=40,
        help_text=_lazy("Shown to everybody on its page and label. It must be answered."),
    )
    place_zh = forms.CharField(label=_lazy("Where it stands (Chinese)"), max_length=160, required=False)
    place_en = forms.CharField(label=_lazy("Where it stands (English)"), max_length=200, required=False)
    hint_zh = forms.CharField(label=_lazy("How to find it (Chinese)"), max_length=300, required=False)
    hint_en = forms.CharField(label=_lazy("How to find it (English)"), max_length=300, required=False)
    visit_every_days = forms.IntegerField(label=_lazy("Days between visits"))
    refill_point_percent = forms.IntegerField(
        label=_lazy("Refill point, % of a slot"), help_text=_lazy("At or below it a slot counts as “few left”.")
    )
    silent_after_days = forms.IntegerField(
        label=_lazy("Days without a record until somebody looks"),
        help_text=_lazy("After so many days with nothing heard of it, it is listed as needing somebody."),
    )
    limit_id = forms.TypedChoiceField(label=_lazy("Pick-up limit"), coerce=int, empty_value=None, required=False)


def set_up(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Write down what the machine is."""
    found = words.machine_in(request, facility_id, permissions.SET_UP)
    known = {one.name: getattr(found, one.name) for one in fields(Facts)}
    form = FactsForm(request.POST or None, initial=known)
    limits = queries.limits_for(request.actor).filter(ended_at=None)
    form.fields["limit_id"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        ("", _("None: everybody takes what they need")),
        *((one.pk, localized(one)) for one in limits),
    ]
    if request.method == "POST" and form.is_valid():
        facts = Facts(**{one.name: form.cleaned_data[one.name] for one in fields(Facts)})
        try:
            set_up_machine(facility_id=facility_id, facts=facts, actor=request.actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return _back(found)
    context = {**head(request, found), "form": form, "back": _address(found)}
    return render(request, "machines/set_up.html", context, status=422 if form.is_bound else 200)


class SlotForm(forms.Form):
    number = forms.IntegerField(label=_lazy("Slot"), min_value=1, max_value=999)
    item = forms.ChoiceField(
        label=_lazy("Item"), widget=SearchSelect(marks=("product",), placeholder=_lazy("Product or code"))
    )
    capacity = forms.IntegerField(label=_lazy("Holds, pieces"), min_value=1, max_value=CAPACITY_MAX)
    pieces_per_vend = forms.IntegerField(label=_lazy("Gives at once, pieces"), min_value=1, max_value=CAPACITY_MAX)
    active = forms.BooleanField(label=_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, offer: offers.Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].widget.facts = offer.facts
        self.fields["item"].choices = offer.choices  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """A tick alone is no slot."""
        return bool(set(self.changed_data) - {"active"})


class Slots(forms.BaseFormSet):  # type: ignore[type-arg]
    def initial_form_count(self) -> int:
        """A row that is emptied leaves its slot out."""
        return 0 if self.is_bound else int(super().initial_form_count())


SLOTS = cast(
    "type[Slots]",
    forms.formset_factory(
        SlotForm, formset=Slots, extra=3, max_num=SLOTS_MAX, absolute_max=SLOTS_MAX, validate_max=True
    ),
)


def slots(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Say what each slot holds."""
    found = words.machine_in(request, facility_id, permissions.SET_UP)
    offer = offers.items(directory.permitted_product_ids(facility_id))
    there = queries.slots_of([found.pk])
    initial = [
        {
            "number": one.number,
            "item": str(one.item_id),
            "capacity": one.capacity,
            "pieces_per_vend": one.pieces_per_vend,
            "active": one.active,
        }
        for one in there
    ]
    form = PostingForm(request.POST or None)
    rows = SLOTS(request.POST or None, prefix="slots", form_kwargs={"offer": offer}, initial=initial)
    if request.method == "POST" and form.is_valid() and rows.is_valid() and _plan(request, found, form, rows):
        messages.success(request, _("Saved."))
        return _back(found)
    context = {**head(request, found), "form": form, "slots": rows, "back": _address(found)}
    return render(request, "machines/slots.html", context, status=422 if form.is_bound else 200)


def _plan(request: ActorRequest, found: Machine, form: PostingForm, rows: Slots) -> bool:
    filled = [(index, row.cleaned_data) for index, row in enumerate(rows.forms) if row.has_changed()]
    plans = [
        SlotPlan(
            given["number"], int(given["item"]), given["capacity"], given["pieces_per_vend"], active=given["active"]
        )
        for _index, given in filled
    ]
    try:
        plan_slots(
            machine_id=found.pk,
            plans=plans,
            actor=request.actor,
            command_id=form.cleaned_data["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        doing.tell(form, refused.reasons, [rows], {"slots": [index for index, _given in filled]})
        return False
    return True


def _address(found: Machine) -> str:
    return reverse("machines:machine", args=[found.pk])


def _back(found: Machine) -> HttpResponse:
    return HttpResponseRedirect(_address(found))
