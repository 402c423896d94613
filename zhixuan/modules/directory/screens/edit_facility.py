"""Adding a facility and correcting what is known of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import permissions, queries
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.directory.operations.add_facility import add_facility
from zhixuan.modules.directory.operations.change_facility import change_facility
from zhixuan.modules.directory.screens import _words as words
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import localized


class FacilityForm(PostingForm):
    code = forms.CharField(label=_lazy("Code"), max_length=40, help_text=_lazy("Letters A-Z and digits."))
    name_zh = forms.CharField(label=_lazy("Name (Chinese)"), max_length=120, required=False)
    name_en = forms.CharField(label=_lazy("Name (English)"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_lazy("Kind of facility"), choices=[("", "—"), *Facility.Kind.choices])
    area_id = forms.TypedChoiceField(label=_lazy("Area"), coerce=int)
    level = forms.ChoiceField(
        label=_lazy("Stock norm of level"),
        required=False,
        choices=[("", _lazy("The usual one of its kind")), *Area.Level.choices],
    )
    longitude = forms.DecimalField(
        label=_lazy("Longitude"), required=False, max_digits=9, decimal_places=6, help_text=_lazy("Degrees east.")
    )
    latitude = forms.DecimalField(
        label=_lazy("Latitude"), required=False, max_digits=9, decimal_places=6, help_text=_lazy("Degrees north.")
    )
    address = forms.CharField(label=_lazy("Address"), max_length=200, required=False)
    opening_hours = forms.CharField(
        label=_lazy("Opening hours"),
        max_length=120,
        required=False,
        help_text=_lazy("Such as Mo-Fr 08:30-17:00, or 24/7."),
    )
    phone = forms.CharField(label=_lazy("Phone"), max_length=40, required=False)
    valid_from = words.day_field(label=_lazy("Open since"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = queries.areas_for(actor, permissions.CHANGE_FACILITIES)
        self.fields["area_id"].choices = words.area_choices(areas)  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """What the operations take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "command_id"}


class AddFacilityForm(FacilityForm):
    supplied_by_id = forms.TypedChoiceField(label=_lazy("Supplied by"), coerce=int, empty_value=None, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        suppliers = queries.facilities_for(actor).filter(valid_to=None).exclude(kind__in=NEVER_SUPPLY)
        choices = words.optional(words.facility_choices(suppliers), _lazy("Nobody: from outside"))
        self.fields["supplied_by_id"].choices = choices  # type: ignore[attr-defined]


NEVER_SUPPLY = (Facility.Kind.VENDING_MACHINE, Facility.Kind.VILLAGE_CABINET, Facility.Kind.MARRIAGE_REGISTRY)


def add(request: HttpRequest) -> HttpResponse:
    """Add a facility to one's area."""
    actor = words.actor_with(request, permissions.CHANGE_FACILITIES)
    form = AddFacilityForm(actor, request.POST or None, initial={"area_id": request.GET.get("area", "")})
    if request.method == "POST" and form.is_valid():
        try:
            added = add_facility(**form.facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _saved(request, added)
    context = {"form": form, "title": _("Add a facility"), "back": reverse("directory:facilities")}
    return render(request, "directory/edit.html", context)


def change(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Correct a facility."""
    actor = words.actor_of(request)
    found = queries.facility(actor, facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=found.area_path, facility_id=found.pk)
    initial = {name: getattr(found, name) for name in FacilityForm.base_fields if name != "command_id"}
    form = FacilityForm(actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_facility(facility_id=found.pk, **form.facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            found.refresh_from_db()
            return _saved(request, found)
    back = reverse("directory:facility", args=[found.pk])
    return render(request, "directory/edit.html", {"form": form, "title": localized(found), "back": back})


def _saved(request: HttpRequest, facility: Facility) -> HttpResponse:
    messages.success(request, words.saved(localized(facility)))
    return HttpResponseRedirect(reverse("directory:facility", args=[facility.pk]))
