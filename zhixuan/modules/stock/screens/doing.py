"""What every posting screen does: try the operation, show a refusal beside its field, prove success."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import flow
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.flow import Deed
from zhixuan.shared.access import Forbidden, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal, sentence
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import SearchSelect

Done = TypeVar("Done")

Positions = Mapping[str, Sequence[int]]
"""By prefix of a formset: which row of the form each line given to the operation stands on."""


def attempt(
    form: forms.BaseForm,
    act: Callable[[], Done],
    formsets: Iterable[forms.BaseFormSet[Any]] = (),
    positions: Positions | None = None,
    beside: Mapping[str, forms.BaseForm] | None = None,
) -> Done | None:
    """Carry out an operation; a refusal is put on the form, and nothing has been written.

    Args:
        beside: forms of single rows by the field that refusals name them with; it is said at their first field.
    """
    try:
        return act()
    except Refused as refused:
        known = beside or {}
        for reason in refused.reasons:
            if reason.field in known:
                row = known[reason.field]
                row.add_error(next(iter(row.fields)), forms.ValidationError(sentence(reason), code=reason.code))
        tell(form, [reason for reason in refused.reasons if reason.field not in known], formsets, positions)
        return None


def tell(
    form: forms.BaseForm,
    reasons: Iterable[Refused],
    formsets: Iterable[forms.BaseFormSet[Any]] = (),
    positions: Positions | None = None,
) -> None:
    """Put reasons beside the fields they name. Blank rows were left out for the operation: count them in again."""
    listed = list(reasons)
    for reason in listed:
        prefix, _dash, rest = reason.field.partition("-")
        index, _dash, name = rest.partition("-")
        rows = (positions or {}).get(prefix, ())
        if index.isdigit() and int(index) < len(rows):
            reason.field = f"{prefix}-{rows[int(index)]}-{name}"
            reason.fields["row"] = rows[int(index)] + 1
    if listed:
        add_refusal(form, Refused.many(listed), list(formsets))


def prove(
    request: ActorRequest,
    receipt: Receipt,
    text: str | Promise,
    *,
    again: tuple[str | Promise, str] | None = None,
    stay: str = "",
) -> HttpResponse:
    """Lead to the slip, or back to `stay`, with the slip's number in large figures; a repeat is told as one."""
    said = _("This had been posted before; nothing was posted twice.") if receipt.repeated else str(text)
    slip = reverse("stock:slip", args=[receipt.event_id])
    links = [Link(_("Open the slip"), slip, "receipt")] if stay else []
    links += [Link(_("Print"), reverse("stock:slip_print", args=[receipt.event_id]), "printer")]
    links += [Link(again[0], again[1], "plus")] if again else []
    done(request, said, number=receipt.slip, links=links)
    return HttpResponseRedirect(stay or slip)


def facility_in(request: ActorRequest, roles: frozenset[Role]) -> Facility | None:
    """The facility that the form or the address names, else the only one where the person may; None: to be chosen.

    Raises:
        Unknown: it is out of sight.
        Forbidden: this verb is not the person's there, or nowhere.
    """
    text = request.POST.get("facility") or request.GET.get("facility", "")
    if text:
        number = int(text) if text.isdigit() and len(text) < 19 else 0
        facility = directory.facility(request.actor, number)
        permissions.require(request.actor, roles, places_of(number))
        return facility
    mine = directory.facilities_for(request.actor, roles).filter(directory.open_on(timezone.localdate()))[:2]
    if not mine:
        raise Forbidden
    return mine[0] if len(mine) == 1 else None


def choose_facility(request: ActorRequest, roles: frozenset[Role], heading: str | Promise) -> HttpResponse:
    """Ask at which facility: for people who keep several."""
    form = FacilityForm(request, roles)
    return render(request, "stock/choose_facility.html", {"form": form, "heading": heading})


def paper_instead(request: ActorRequest, facility: Facility, deed: Deed) -> HttpResponseRedirect | None:
    """Where two people are needed nothing is posted in one step: the way leads to drawing a document."""
    if not flow.two_needed(places_of(facility.pk), deed, on=timezone.localdate()):
        return None
    query = request.GET.copy()
    query["facility"] = str(facility.pk)
    return HttpResponseRedirect(f"{reverse('documents:draw', args=[deed.value])}?{query.urlencode()}")


def show_the_way(form: forms.BaseForm, href: str) -> None:
    """A posting that was refused because two people are needed: say where the document is drawn."""
    errors = form.errors.as_data().get(NON_FIELD_ERRORS, [])
    if any(error.code == "document_needed" for error in errors):
        form.add_error(None, format_html('<a href="{}">{}</a>', href, _("Draw the document")))


def paper_address(facility: Facility, deed: Deed) -> str:
    """Where a document of this store is drawn."""
    return f"{reverse('documents:draw', args=[deed.value])}?facility={facility.pk}"


def place_bar(request: ActorRequest, facility: Facility, roles: frozenset[Role]) -> dict[str, Any]:
    """What `stock/_facility_bar.html` shows: where this is posted, and whether it could be elsewhere."""
    mine = directory.facilities_for(request.actor, roles)[:2]
    return {"facility": facility, "elsewhere": request.path if len(mine) > 1 else ""}


class FacilityForm(forms.Form):
    """One of the facilities where the person may do this."""

    facility = forms.ChoiceField(label=_lazy("Facility"))

    def __init__(self, request: ActorRequest, roles: frozenset[Role]) -> None:
        super().__init__()
        self.fields["facility"].widget = SearchSelect(placeholder=_lazy("Name or code"))
        self.fields["facility"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *facility_choices(request, roles),
        ]


def facility_choices(request: ActorRequest, roles: frozenset[Role]) -> list[tuple[int, str]]:
    """Facilities where the person holds one of the roles."""
    found = directory.facilities_for(request.actor, roles).filter(directory.open_on(timezone.localdate()))
    return [(facility.id, f"{localized(facility)} ({facility.code})") for facility in found]


def preset(request: ActorRequest, name: str) -> int | None:
    """A number from the address, for presetting a field."""
    text = request.GET.get(name, "")
    return int(text) if text.isdigit() and len(text) < 19 else None
