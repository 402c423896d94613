"""The stock card of a product at a facility."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import norms
from zhixuan.modules.stock.queries import sums as monthly_sums
from zhixuan.modules.stock.queries.card import CardLine, CardLines
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.standing import standing
from zhixuan.modules.stock.screens import words
from zhixuan.rules.stock.levels import StockStatus
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import Column, Empty, Listing


def _note(line: CardLine) -> str:
    parts = [words.reason_label(line.reason), line.note]
    if line.reversed_by_id:
        parts.insert(0, _("Reversed later"))
    return " · ".join(part for part in parts if part)


CARD = Listing(
    name="stock-card",
    title=_lazy("Stock card"),
    columns=(
        Column("on", _lazy("Day"), "date"),
        Column("kind", _lazy("What"), "badge", value=lambda line: words.kind_badge(line.kind)),
        Column(
            "slip",
            _lazy("Slip"),
            href=lambda line: address("stock:slip", line.event_id),
            secondary=lambda line: line.actor_name,
        ),
        Column(
            "other",
            _lazy("From or to"),
            value=lambda line: words.side_label(line.other),
            secondary=_note,
            export=lambda line: " · ".join(filter(None, [words.side_label(line.other), _note(line)])),
        ),
        Column(
            "lot",
            _lazy("Lot"),
            value=lambda line: words.lot_label(line.lot_number),
            href=lambda line: address("stock:lot", line.lot_id),
        ),
        Column("expires_on", _lazy("Expires"), "date", value=lambda line: words.expiry(line.expires_on), phone=False),
        Column("pieces_in", _lazy("In"), "number", value=lambda line: line.pieces_in or None),
        Column("pieces_out", _lazy("Out"), "number", value=lambda line: line.pieces_out or None),
        Column("balance", _lazy("Balance"), "number"),
    ),
    page_size=25,
    empty=Empty(_lazy("Nothing has moved"), _lazy("No movement of this product in the days you chose."), icon="notes"),
)


def day_asked(request: ActorRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def card(request: ActorRequest, facility_id: int, product_id: int) -> HttpResponse:
    """Every movement of a product at a facility with the balance after it, latest first."""
    places = places_of(facility_id)
    permissions.require(request.actor, permissions.VIEW, places)
    product = catalogue.product(product_id)
    since, until = day_asked(request, "since"), day_asked(request, "until")
    lines = CardLines(places.store_id, product_id, since=since, until=until)
    context = {
        "facility": places,
        "product": product,
        "days_asked": "&".join(f"{name}={value}" for name, value in (("since", since), ("until", until)) if value),
        "since": since,
        "until": until,
        "level": lambda: _level(request, places, product_id),
        "chart": lambda: _chart(places.store_id, product_id),
        "may": _verbs(request, places),
        "unit": words.unit_of(product, lines.closing),
    }
    return CARD.response(request, lines, template="stock/card.html", context=context)


def _verbs(request: ActorRequest, places: FacilityPlaces) -> dict[str, bool]:
    """Which buttons help: those of verbs that are the person's here."""
    verbs = {"receive": permissions.RECEIVE, "dispense": permissions.DISPENSE, "adjust": permissions.ADJUST}
    return {verb: places.lets(request.actor, roles) for verb, roles in verbs.items()}


def _level(request: ActorRequest, places: FacilityPlaces, product_id: int) -> dict[str, Any]:
    """Balance, use and status as of now: the figures of the list of stock on hand."""
    row = standing(request.actor, places.facility_id, product_id, today=timezone.localdate()) or {}
    bounds = row.get("bounds") or norms.bounds_of(
        places.level, facility_id=places.facility_id, area_path=places.area_path
    )
    in_store, usable = row.get("in_store", 0), row.get("usable", 0)
    return {
        "pieces": in_store,
        "expired": in_store - usable,
        "per_month": words.rounded(row.get("per_month")),
        "months": words.rounded(row.get("months")),
        "status": words.status_badge(row.get("status", StockStatus.UNKNOWN)),
        "min_months": float(bounds.min_months),
        "max_months": float(bounds.max_months),
    }


def _chart(store_id: int, product_id: int) -> dict[str, Any] | None:
    """Stock at each month's end as a line, what came in and went out as bars."""
    totals = monthly_sums.monthly([store_id], product_id=product_id)
    if not totals:
        return None
    by_month = {total.month: total for total in totals}
    month, balance = totals[0].month, 0
    months, gained, lost, closing = [], [], [], []
    while month <= totals[-1].month:
        total = by_month.get(month)
        gained.append(total.gained if total else 0)
        lost.append(total.lost if total else 0)
        balance += gained[-1] - lost[-1]
        closing.append(balance)
        months.append(str(month))
        month = month.next
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"name": _("In"), "type": "bar", "data": gained},
            {"name": _("Out"), "type": "bar", "data": lost},
            {"name": _("Stock at month's end"), "type": "line", "data": closing},
        ],
        **({"dataZoom": [{"type": "slider", "startValue": months[-24]}]} if len(months) > 30 else {}),
    }
