"""Months of a store: close them in order, open the latest again with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import close_month as operations
from zhixuan.modules.stock.queries import months as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import add_refusal, sentence
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

STORES = Listing(
    name="months",
    title=_lazy("Months"),
    columns=(
        Column("code", _lazy("Code"), sort="code", phone=False),
        Column(
            "name",
            _lazy("Facility"),
            value=localized,
            sort="name_{language}",
            href=lambda facility: address("stock:months_of", facility.id),
        ),
        Column("closed_through", _lazy("Closed up to"), "month"),
    ),
    filters=(
        SearchFilter(
            "q",
            _lazy("Search"),
            lambda rows, text: (
                rows.filter(code__icontains=text)
                | rows.filter(name_zh__icontains=text)
                | rows.filter(name_en__icontains=text)
            ),
        ),
    ),
    default_sort="code",
    empty=Empty(_lazy("No facilities here"), icon="calendar-month"),
    enrich=lambda rows: _with_closed(rows),
)


def _with_closed(facilities: list[Any]) -> list[Any]:
    latest = queries.closed_through_by_facility([facility.id for facility in facilities])
    for facility in facilities:
        facility.closed_through = latest.get(facility.id)
    return facilities


def months(request: ActorRequest) -> HttpResponse:
    """Facilities with the latest month each has closed."""
    rows = directory.facilities_for(request.actor, permissions.VIEW)
    return STORES.response(request, rows, template="stock/months.html")


class ReopenForm(forms.Form):
    """Why a month is opened again."""

    reason = forms.CharField(label=_lazy("Reason"), max_length=300)


def months_of(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Every month of one store with its opening, in, out and closing."""
    facility = directory.facility(request.actor, facility_id)
    places = places_of(facility_id)
    permissions.require(request.actor, permissions.VIEW, places)
    rows = queries.months_of_store(places.store_id, today=timezone.localdate())
    last_closed = queries.last_closed(places.store_id)
    closable = _next_to_close(rows)
    context = {
        "facility": facility,
        "rows": [
            (
                row,
                Badge(pgettext("month", "Closed"), "green")
                if row.close
                else Badge(pgettext("month", "Open"), "secondary"),
            )
            for row in rows
        ],
        "closable": closable if places.lets(request.actor, permissions.CLOSE_MONTH) else None,
        "reopenable": last_closed if places.lets(request.actor, permissions.REOPEN_MONTH) else None,
    }
    return render(request, "stock/months_of.html", context)


def _next_to_close(rows: list[queries.MonthOfStore]) -> Month | None:
    """The earliest open month that is over."""
    current = Month.of(timezone.localdate())
    open_months = [row.month for row in rows if row.close is None and row.month < current]
    return min(open_months, default=None)


@require_POST
def close(request: ActorRequest, facility_id: int, month: str) -> HttpResponse:
    """Close one month."""
    facility = directory.facility(request.actor, facility_id)
    try:
        operations.close_month(
            facility_id=facility_id, month=Month.parse(month), actor=request.actor, at=timezone.now()
        )
    except Refused as refused:
        return _refused(request, facility, refused)
    done(request, _("%(month)s is closed.") % {"month": month}, detail=localized(facility))
    return HttpResponseRedirect(reverse("stock:months_of", args=[facility_id]))


def _refused(request: ActorRequest, facility: Any, refused: Refused) -> HttpResponse:
    context = {"facility": facility, "refusals": [sentence(reason) for reason in refused.reasons]}
    return render(request, "stock/months_of.html", context, status=422)


def reopen(request: ActorRequest, facility_id: int, month: str) -> HttpResponse:
    """Open the latest closed month again; a reason is needed."""
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.REOPEN_MONTH, places_of(facility_id))
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.reopen_month(
                facility_id=facility_id,
                month=Month.parse(month),
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("%(month)s is open again.") % {"month": month}, detail=localized(facility))
            return HttpResponseRedirect(reverse("stock:months_of", args=[facility_id]))
    context = {"form": form, "facility": facility, "month": month}
    return render(request, "stock/reopen_month.html", context)
