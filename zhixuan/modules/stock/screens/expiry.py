"""The expiry board: what expires when, what will not be used in time, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import expiry as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.on_hand import AREA_FILTER, EMPTY, PRODUCT_FILTER
from zhixuan.rules.stock.short_dated import DAYS_ON_THE_WAY, Band, band
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

BAND_LABELS = {
    Band.EXPIRED: _lazy("Expired"),
    Band.WITHIN_30: _lazy("Within 30 days"),
    Band.WITHIN_90: _lazy("31 to 90 days"),
    Band.WITHIN_180: _lazy("91 to 180 days"),
    Band.LATER: _lazy("After 180 days"),
    Band.UNDATED: _lazy("Expiry not recorded"),
}
BAND_COLOURS: dict[Band, Colour] = {
    Band.EXPIRED: "red",
    Band.WITHIN_30: "orange",
    Band.WITHIN_90: "yellow",
    Band.WITHIN_180: "azure",
    Band.LATER: "green",
    Band.UNDATED: "secondary",
}


def _search(rows: Any, text: str) -> Any:
    return rows.filter(lot__number__icontains=text)


def _badge(row: Any) -> Badge:
    found = band(row.lot.expires_on, today=timezone.localdate())
    return Badge(BAND_LABELS[found], BAND_COLOURS[found])


def _action(row: Any) -> str:
    found = band(row.lot.expires_on, today=timezone.localdate())
    if found is Band.EXPIRED:
        return _("Take off the shelf") if row.may_adjust else ""
    return _("Where can it be used?") if row.risk and row.risk.at_risk else ""


def _action_address(row: Any) -> str:
    facility_id = row.place.facility_id
    if band(row.lot.expires_on, today=timezone.localdate()) is Band.EXPIRED:
        return (
            f"{reverse('stock:adjust')}?{urlencode({'facility': facility_id, 'reason': 'expired', 'lot': row.lot_id})}"
        )
    return reverse("stock:short_dated", args=[facility_id, row.lot_id])


BOARD = Listing(
    name="expiry",
    title=_lazy("Lots by expiry"),
    columns=(
        Column(
            "lot",
            _lazy("Lot"),
            value=lambda row: words.lot_label(row.lot.number),
            sort="lot__number",
            href=lambda row: reverse("stock:lot", args=[row.lot_id]),
        ),
        Column("product", _lazy("Product"), value=lambda row: localized(row.product), sort="product__code"),
        Column(
            "facility",
            _lazy("Facility"),
            value=lambda row: localized(row.place.facility),
            sort=("place__facility__area_path", "place__facility__code"),
        ),
        Column(
            "expires_on",
            _lazy("Expires"),
            "date",
            value=lambda row: words.expiry(row.lot.expires_on),
            sort="lot__expires_on",
        ),
        Column("band", _lazy("When"), "badge", value=_badge),
        Column(
            "pieces",
            _lazy("Pieces"),
            "number",
            sort="pieces",
            secondary=lambda row: words.packs(row.pieces, row.lot.item),
        ),
        Column(
            "months",
            _lazy("Months of use"),
            "number",
            value=lambda row: words.rounded(row.risk.months) if row.risk else None,
            hint=_lazy("How long these pieces alone last at the average use here"),
        ),
        Column(
            "at_risk",
            _lazy("Will not be used"),
            "number",
            value=lambda row: row.risk.at_risk if row.risk else None,
            hint=_lazy("Pieces left on the expiry day if lots go out first expiry first; – while the use is not known"),
        ),
        Column(
            "do",
            _lazy("Suggested action"),
            value=_action,
            href=lambda row: _action_address(row) if _action(row) else "",
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Lot number")),
        AREA_FILTER,
        PRODUCT_FILTER,
        ChoiceFilter(
            "when",
            _lazy("When"),
            [(one.value, BAND_LABELS[one]) for one in Band],
            lambda rows, when: queries.in_band(rows, when, today=timezone.localdate()),
        ),
    ),
    default_sort="expires_on",
    page_size=25,
    empty=EMPTY,
)


def expiry(request: ActorRequest) -> HttpResponse:
    """Every lot in the stores in sight, next expiry first, with what will not be used in time."""
    rows = queries.shelved(request.actor)
    counts = queries.lots_by_band(rows, today=timezone.localdate())
    listing = replace(BOARD, enrich=lambda shown: _with_risk(request, shown))
    bands = [
        {"value": one.value, "label": BAND_LABELS[one], "colour": BAND_COLOURS[one], "lots": counts[one]}
        for one in Band
    ]
    return listing.response(request, rows, template="stock/expiry.html", context={"tab": "expiry", "bands": bands})


def _with_risk(request: ActorRequest, rows: Iterable[Any]) -> list[Any]:
    listed = list(rows)
    found = queries.risks(request.actor, listed, today=timezone.localdate())
    for row in listed:
        facility = row.place.facility
        row.risk = found.get((row.place_id, row.lot_id))
        row.may_adjust = request.actor.may(permissions.ADJUST, area_path=facility.area_path, facility_id=facility.pk)
    return listed


def short_dated(request: ActorRequest, facility_id: int, lot_id: int) -> HttpResponse:
    """One lot that will not be used where it lies: who can use how much of it in time, and why."""
    today = timezone.localdate()
    directory.facility(request.actor, facility_id)
    places = places_of(facility_id)
    permissions.require(request.actor, permissions.VIEW, places)
    row = queries.one(request.actor, facility_id, lot_id)
    risk = queries.risks(request.actor, [row], today=today)[row.place_id, row.lot_id]
    surplus = 0 if row.lot.expires_on < today else risk.at_risk or 0
    found = queries.suggestions(request.actor, row, surplus, today=today) if surplus else []
    context = {
        "row": row,
        "number": words.lot_label(row.lot.number),
        "expires_on": words.expiry(row.lot.expires_on),
        "risk": risk,
        "months": words.rounded(risk.months),
        "per_month": words.rounded(risk.per_month),
        "surplus": surplus,
        "unit": words.unit_of(row.product, surplus),
        "left": surplus - sum(one.placing.pieces for one in found),
        "days_on_the_way": DAYS_ON_THE_WAY,
        "suggestions": [_suggested(row, one, surplus) for one in found],
        "may_send": places.lets(request.actor, permissions.SEND),
    }
    return render(request, "stock/short_dated.html", context)


def _suggested(row: Any, one: queries.Suggestion, surplus: int) -> dict[str, Any]:
    pieces = one.placing.pieces
    facts = {
        "pieces": number(pieces),
        "unit": words.unit_of(row.product, pieces),
        "lot": words.lot_label(row.lot.number),
        "to": words.facility_name(one.row),
        "per_month": number(words.rounded(one.row["per_month"])),
        "stock": number(one.row["usable"]),
        "day": day(row.lot.expires_on),
        "surplus": number(surplus),
    }
    why = _(
        "%(to)s uses about %(per_month)s a month and has %(stock)s: it can use %(pieces)s %(unit)s of lot %(lot)s "
        "before %(day)s. Where they are, %(surplus)s would expire unused."
    )
    reason = _("Short-dated: %(surplus)s would expire unused here, %(to)s can use %(pieces)s before %(day)s.") % facts
    query = {
        "facility": row.place.facility_id,
        "to": one.placing.facility_id,
        "product": row.product_id,
        "lot": row.lot_id,
        "pieces": pieces,
        "why": reason,
    }
    return {
        "to": facts["to"],
        "pieces": pieces,
        "packs": words.packs(pieces, row.lot.item),
        "status": words.status_badge(one.row["status"]),
        "why": why % facts,
        "href": f"{reverse('stock:send')}?{urlencode(query)}",
    }
