"""Slips: everything that was posted, and one slip with its lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import slips as queries
from zhixuan.modules.stock.queries import traces
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import how_given, words
from zhixuan.rules.stock.ledger import EventKind, PlaceKind, slip_number
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import ChoiceFilter, Column, DateFilter, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized


def number_of(event: Any) -> str:
    return slip_number(event.place.facility.code, event.year, event.number)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By slip number as printed, by its running number, or by reference."""
    code, _, rest = text.rpartition("-")
    code, _, year = code.rpartition("-")
    if code and year.isdigit() and rest.isdigit() and len(rest) < 10:
        return rows.filter(place__facility__code__iexact=code, year=int(year) % 32768, number=int(rest))
    if text.isdigit() and len(text) < 10:
        return rows.filter(number=int(text))
    return rows.filter(reference__icontains=text)


def other_side(event: Any) -> str:
    place = event.other_place
    if place is None:
        return ""
    if place.facility_id is None or place.facility_id == event.place.facility_id:
        return str(words.PLACE_LABELS[PlaceKind(place.kind)])
    return localized(place.facility)


SLIPS = Listing(
    name="slips",
    title=_lazy("Slips"),
    columns=(
        Column(
            "number",
            _lazy("Slip"),
            value=number_of,
            href=lambda event: address("stock:slip", event.id),
            sort=("place__facility__code", "year", "number"),
        ),
        Column("on", _lazy("Day"), "date", sort=("on", "id")),
        Column("kind", _lazy("What"), "badge", value=lambda event: words.kind_badge(event.kind)),
        Column("facility", _lazy("Facility"), value=lambda event: localized(event.place.facility)),
        Column("other", _lazy("From or to"), value=other_side),
        Column("reference", _lazy("Reference"), phone=False),
        Column("actor_name", _lazy("Entered by"), phone=False),
        Column("recorded_at", _lazy("Entered"), "datetime", sort="recorded_at", phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Slip number or reference")),
        ChoiceFilter(
            "kind",
            _lazy("What"),
            list(words.KIND_LABELS.items()),
            lambda rows, kind: rows.filter(kind=kind),
        ),
        DateFilter("since", _lazy("From day"), lambda rows, day: rows.filter(on__gte=day)),
        DateFilter("until", _lazy("To day"), lambda rows, day: rows.filter(on__lte=day)),
    ),
    default_sort="-on",
    empty=Empty(_lazy("No slips yet"), _lazy("Whatever is posted to the ledger appears here."), icon="receipt"),
)


def slips(request: ActorRequest) -> HttpResponse:
    """Everything posted at the facilities in sight, latest first."""
    rows = queries.events_for(request.actor).select_related("place__facility", "other_place__facility")
    facility = request.GET.get("facility", "")
    if facility.isdigit():
        rows = rows.filter(place__facility_id=int(facility))
    return SLIPS.response(request, rows, template="stock/slips.html")


def slip(request: ActorRequest, event_id: int) -> HttpResponse:
    """One slip: its head, its lines, why these lots, and what came of it."""
    event = queries.event(request.actor, event_id)
    lines = list(queries.movements_of(event_id))
    context = {
        "event": event,
        "number": number_of(event),
        "kind": words.kind_badge(event.kind),
        "other": other_side(event),
        **_listed(lines, traces.codes_of(event_id)),
        "checked": event.details.get("checked"),
        "picks": _explanation(event.details.get("picks", [])),
        "related": queries.related(event),
        "reversible": _may_reverse(request, event),
        "receivable": event.id in {sent.id for sent in queries.awaiting_receipt(request.actor).filter(id=event.id)},
        "given": how_given.told(event) if event.kind == EventKind.DISPENSING else [],
        "happened_on": _day_of(event.details.get("happened_on")),
    }
    return render(request, "stock/slip.html", context)


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _listed(lines: list[Any], codes: dict[int, list[str]]) -> dict[str, Any]:
    """The lines for the page; a total only where pieces of one product are added."""
    one_product = len({line.product_id for line in lines}) == 1
    return {
        "lines": [{**_line(line), "codes": codes.get(line.line, [])} for line in lines],
        "total": sum(line.pieces for line in lines) if one_product and len(lines) > 1 else None,
        "has_reasons": any(line.reason for line in lines),
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "product": localized(line.product),
        "product_id": line.product_id,
        "piece": words.unit_of(line.product, line.pieces),
        "lot_id": line.lot_id,
        "lot": words.lot_label(line.lot.number),
        "expires_on": words.expiry(line.lot.expires_on),
        "pieces": line.pieces,
        "packs": words.packs(line.pieces, line.lot.item),
        "from": words.PLACE_LABELS[PlaceKind(line.from_place.kind)],
        "to": words.PLACE_LABELS[PlaceKind(line.to_place.kind)],
        "reason": words.reason_label(line.reason),
    }


def _explanation(picks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The kept decisions about each lot, in words."""
    listed = list(picks)
    products = catalogue.products_by_id([pick["product"] for pick in listed])
    return [
        {
            "product": localized(products[pick["product"]]),
            "override": pick["override"],
            "lots": [
                {
                    "number": words.lot_label(lot["number"]),
                    "expires": "" if lot["expires"].startswith("9999") else lot["expires"],
                    "pieces": lot["pieces"],
                    "why": words.WHY_LABELS[lot["why"]],
                    "taken": lot["why"] == "taken",
                }
                for lot in pick["lots"]
            ],
        }
        for pick in listed
        if pick["product"] in products and pick["lots"]
    ]


def _may_reverse(request: ActorRequest, event: Any) -> bool:
    if event.kind in {EventKind.REVERSAL, EventKind.CARD} or hasattr(event, "reversed_by"):
        return False
    places = places_of(event.place.facility_id)
    roles = permissions.REVERSE_COUNT if event.kind == EventKind.COUNT else permissions.REVERSE
    return request.actor.may(roles, area_path=places.area_path, facility_id=places.facility_id)
