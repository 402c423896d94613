"""Correct the stock of a store: one coded reason, lots, pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.shelf import lots_in
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.modules.stock.screens import doing, offers, words
from zhixuan.modules.stock.screens.lines import Line, Lines, choice_field, lines_of, offered
from zhixuan.modules.stock.screens.lot_lines import LotLine, delivered
from zhixuan.modules.stock.screens.offers import Offer
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.rules.stock.reasons import REASONS, Reason
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.scanning import takes_scans
from zhixuan.shared.ui.widgets import DayInput

PROPOSED_MAX = 40


class CorrectionForm(PostingForm):
    """The day, and what happened."""

    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    note = forms.CharField(label=_lazy("What happened"), max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, note_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = note_needed


class CorrectedLine(Line):
    """A lot of the books, and how many pieces."""

    counted = "lot"
    field_order = ("lot", "pieces", "unit")
    lot = choice_field(_lazy("Lot"), "held", _lazy("Product, lot number or scan"))


class FoundLine(LotLine):
    """A lot that was never in the books; what nobody can read any more may stay blank."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot_number"].required = self.fields["expires_on"].required = False


CORRECTED, FOUND = lines_of(CorrectedLine), lines_of(FoundLine, blank=2)


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason as the page offers it."""

    code: str
    label: str
    gains: bool
    from_to: str
    href: str


@takes_scans
def adjust(request: ActorRequest) -> HttpResponse:
    """Facility, then reason, then lots: what can be chosen depends on the step before."""
    facility = doing.facility_in(request, permissions.ADJUST)
    if facility is None:
        return doing.choose_facility(request, permissions.ADJUST, _("Adjust"))
    code = request.POST.get("reason") or request.GET.get("reason", "")
    bar = doing.place_bar(request, facility, permissions.ADJUST)
    if code not in REASONS:
        return render(request, "stock/choose_reason.html", {**bar, "groups": _groups(request, facility)})
    return _correct(request, facility, REASONS[code], bar)


def _correct(request: ActorRequest, facility: Facility, reason: Reason, bar: dict[str, Any]) -> HttpResponse:
    form = CorrectionForm(
        request.POST or None, initial={"on": timezone.localdate()}, note_needed=reason.note_needed
    )  # fmt: skip
    lines = _lines(request, places_of(facility.pk), reason)
    found = None
    if reason.enters_lots:
        found = offered(request, FOUND, offers.items(directory.permitted_product_ids(facility.pk)), prefix="found")
    if request.method == "POST" and (receipt := _post(request, facility.pk, reason, form, lines, found)):
        return doing.prove(request, receipt, _("The stock is corrected."), again=(_("Adjust more"), _address(facility)))
    context = {
        **bar,
        "form": form,
        "lines": lines,
        "found": found,
        "reason": _choice(reason, ""),
        "back": _address(facility),
    }
    return render(request, "stock/adjust.html", context, status=422 if form.is_bound else 200)


def _lines(request: ActorRequest, places: FacilityPlaces, reason: Reason) -> Lines:
    """Lots that this reason can touch; for write-offs of what has expired, all of it is proposed."""
    place_id = places.quarantine_id if reason.code == "release" else places.store_id
    gains = reason.direction > 0 and place_id == places.store_id
    posted = [
        int(request.POST[name]) for name in request.POST if name.endswith("-lot") and request.POST[name].isdigit()
    ]
    offer = offers.lots(place_id, also=posted, emptied=gains, product_first=doing.preset(request, "product"))
    lines = offered(request, CORRECTED, offer)
    if request.method != "POST":
        lines.initial = _proposed(request, place_id, reason, offer)
    return lines


def _proposed(request: ActorRequest, place_id: int, reason: Reason, offer: Offer) -> list[dict[str, Any]]:
    lot = request.GET.get("lot", "")
    if lot in offer.measures:
        return [{"lot": lot}]
    if reason.code != "expired":
        return []
    expired = lots_in(place_id).filter(lot__expires_on__lt=timezone.localdate())[:PROPOSED_MAX]
    return [{"lot": str(balance.lot_id), "pieces": balance.pieces, "unit": "piece"} for balance in expired]


def _post(
    request: ActorRequest,
    facility_id: int,
    reason: Reason,
    form: CorrectionForm,
    lines: Lines,
    found: Lines | None,
) -> Receipt | None:
    formsets = [lines] if found is None else [lines, found]
    if not all([form.is_valid(), *(formset.is_valid() for formset in formsets)]):
        return None
    given, corrected = form.cleaned_data, lines.filled()
    entered = found.filled() if found is not None else []
    return doing.attempt(
        form,
        lambda: adjust_stock(
            facility_id=facility_id,
            reason_code=reason.code,
            lines=[(int(values["lot"]), values["pieces"]) for _row, values in corrected],
            found=[delivered(values) for _row, values in entered],
            on=given["on"],
            note=given["note"],
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        ),
        formsets,
        {"lines": [row for row, _values in corrected], "found": [row for row, _values in entered]},
    )


def _address(facility: Facility, **more: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"facility": facility.pk, **more}.items() if value)
    return f"{reverse('stock:adjust')}?{query}"


def _groups(request: ActorRequest, facility: Facility) -> list[tuple[str, list[Choice]]]:
    """Reasons that take away first: they are the daily ones."""
    kept = {name: doing.preset(request, name) for name in ("lot", "product")}
    choices = [_choice(reason, _address(facility, reason=reason.code, **kept)) for reason in REASONS.values()]
    return [
        (_("Less in the store"), [choice for choice in choices if not choice.gains]),
        (_("More in the store"), [choice for choice in choices if choice.gains]),
    ]


def _choice(reason: Reason, href: str) -> Choice:
    store, other = words.PLACE_LABELS[PlaceKind.STORE], words.PLACE_LABELS[reason.other]
    sides = (other, store) if reason.direction > 0 else (store, other)
    return Choice(reason.code, _(reason.label), reason.direction > 0, f"{sides[0]} → {sides[1]}", href)
