"""Open a count sheet: where, what, and whether the counter sees the books."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.stock.queries.counting import lots_to_count
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import choose, localized
from zhixuan.shared.ui.widgets import DayInput


class OpenForm(PostingForm):
    """What is counted."""

    scope = forms.ChoiceField(label=_lazy("What is counted"), choices=Count.Scope.choices, initial="all")
    group = forms.ChoiceField(label=_lazy("Group of products"), required=False)
    products = forms.MultipleChoiceField(
        label=_lazy("Products"), required=False, help_text=_lazy("Those that stand on this shelf.")
    )
    moved_since = forms.DateField(
        label=_lazy("Only lots that moved since"),
        required=False,
        widget=DayInput(),
        help_text=_lazy("Leave empty to count every lot."),
    )
    with_quarantine = forms.BooleanField(label=_lazy("Also count what is in quarantine"), required=False, initial=True)
    blind = forms.BooleanField(
        label=_lazy("Blind: do not show book quantities while counting"),
        required=False,
        help_text=_lazy("Counters then write down what they see, not what they expect."),
    )
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, facility_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {lot.product_id for lot in lots_to_count(places_of(facility_id))}
        self.listed = [product for product in catalogue.products() if product.pk in there]
        groups = {one.method.method_class: choose(one.method.class_zh, one.method.class_en) for one in self.listed}
        self.fields["group"].choices = [("", ""), *((code, name or code) for code, name in groups.items())]  # type: ignore[attr-defined]
        self.fields["products"].choices = [(one.pk, localized(one)) for one in self.listed]  # type: ignore[attr-defined]
        self.fields["products"].widget.attrs["size"] = min(8, max(3, len(self.listed)))

    def product_ids(self) -> list[int]:
        """The products that the scope comes to."""
        given = self.cleaned_data
        if given["scope"] == Count.Scope.GROUP:
            return [one.pk for one in self.listed if one.method.method_class == given["group"]]
        return [int(value) for value in given["products"]]


def open_sheet(request: ActorRequest) -> HttpResponse:
    """Facility first, then what is counted there."""
    facility = doing.facility_in(request, permissions.COUNT)
    if facility is None:
        return doing.choose_facility(request, permissions.COUNT, _("Open a count"))
    form = OpenForm(request.POST or None, facility_id=facility.pk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            count = open_count(
                facility_id=facility.pk,
                scope=given["scope"],
                product_ids=form.product_ids(),
                moved_since=given["moved_since"],
                with_quarantine=given["with_quarantine"],
                blind=given["blind"],
                note=given["note"],
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
            return HttpResponseRedirect(reverse("counting:count", args=[count.pk]))
        except Refused as refused:
            add_refusal(form, refused)
    context = {**doing.place_bar(request, facility, permissions.COUNT), "form": form}
    return render(request, "counting/open.html", context, status=422 if form.is_bound else 200)
