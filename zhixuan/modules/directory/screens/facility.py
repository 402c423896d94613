"""One facility: what it is, who feeds it, whom it feeds, what it may hold."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import permissions, queries
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.operations.close_facility import close_facility
from zhixuan.modules.directory.operations.set_permitted_products import set_permitted_products
from zhixuan.modules.directory.operations.set_supply_line import set_supply_line
from zhixuan.modules.directory.screens import _words as words
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import localized


def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Facts, supply line, what it may hold; its stock is a link away."""
    actor = words.actor_of(request)
    found = queries.facility(actor, facility_id)
    permitted = queries.permitted_product_ids(found.pk)
    above = queries.suppliers_above(found)
    supplies = list(queries.supplies(actor, found))
    context = {
        "facility": found,
        "opening_hours": words.opening_hours(found),
        "places": words.breadcrumbs(found.area),
        "line": above[::-1],
        "seen": {one.pk for one in above if actor.may(permissions.VIEW, area_path=one.area_path, facility_id=one.pk)},
        "supplies": supplies,
        "permitted": None if permitted is None else catalogue.products().filter(pk__in=permitted),
        "points": _points(found, above[:1], supplies) if found.longitude is not None else [],
        "may_change": words.may_change_facility(actor, found),
        "is_closed": found.valid_to is not None and found.valid_to < timezone.localdate(),
    }
    return render(request, "directory/facility.html", context)


def _points(found: Facility, above: list[Facility], supplies: list[Facility]) -> list[dict[str, object]]:
    """The facility among those it has to do with, for the map."""
    groups = ((_("Supplied by"), above), (_("Supplies"), supplies), (_("This facility"), [found]))
    return [
        {
            "name": localized(one),
            "longitude": float(one.longitude),
            "latitude": float(one.latitude),
            "group": group,
            "detail": f"{one.code} · {one.get_kind_display()}",
        }
        for group, members in groups
        for one in members
        if one.longitude is not None and one.latitude is not None
    ]


class SupplyForm(PostingForm):
    supplied_by = forms.TypedChoiceField(label=_lazy("Supplied by"), coerce=int, empty_value=None, required=False)


def supply_line(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Say who feeds the facility."""
    actor = words.actor_of(request)
    found = queries.facility(actor, facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=found.area_path, facility_id=found.pk)
    form = SupplyForm(request.POST or None, initial={"supplied_by": found.supplied_by_id})
    suppliers = queries.possible_suppliers(actor, found.area_path).exclude(pk=found.pk)
    form.fields["supplied_by"].choices = words.optional(words.facility_choices(suppliers), _("Nobody: from outside"))  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            set_supply_line(
                facility_id=found.pk, supplied_by_id=form.cleaned_data["supplied_by"], actor=actor, at=timezone.now()
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _back(request, found)
    return _form(request, found, form, _("Supply line"))


class PermittedForm(PostingForm):
    products = forms.MultipleChoiceField(
        label=_lazy("Products it may hold"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("Tick none to let it hold every product of the catalogue."),
    )


def permitted_products(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Say which products the facility may hold."""
    actor = words.actor_of(request)
    found = queries.facility(actor, facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=found.area_path, facility_id=found.pk)
    ids = queries.permitted_product_ids(found.pk) or frozenset()
    products = [one for one in catalogue.products() if one.status == "active" or one.pk in ids]
    held = [one.code for one in products if one.pk in ids]
    form = PermittedForm(request.POST or None, initial={"products": held})
    form.fields["products"].choices = [(one.code, f"{localized(one)} ({one.code})") for one in products]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        codes = form.cleaned_data["products"]
        set_permitted_products(facility_id=found.pk, product_codes=codes, actor=actor, at=timezone.now())
        return _back(request, found)
    return _form(request, found, form, _("Permitted products"))


class CloseForm(PostingForm):
    on = words.day_field(label=_lazy("Last day"))


def close(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Close the facility for good."""
    actor = words.actor_of(request)
    found = queries.facility(actor, facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=found.area_path, facility_id=found.pk)
    form = CloseForm(request.POST or None, initial={"on": found.valid_to or timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            close_facility(facility_id=found.pk, on=form.cleaned_data["on"], actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _back(request, found)
    return _form(request, found, form, _("Close the facility"))


def _back(request: HttpRequest, found: Facility) -> HttpResponse:
    messages.success(request, words.saved(localized(found)))
    return HttpResponseRedirect(reverse("directory:facility", args=[found.pk]))


def _form(request: HttpRequest, found: Facility, form: forms.Form, title: str) -> HttpResponse:
    context = {"facility": found, "form": form, "title": title, "danger": isinstance(form, CloseForm)}
    return render(request, "directory/facility_form.html", context)
