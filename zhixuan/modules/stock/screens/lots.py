"""Lots: what lies where, and what expires next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.queries import on_hand as queries
from zhixuan.modules.stock.queries import slips
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.on_hand import AREA_FILTER, EMPTY, PRODUCT_FILTER
from zhixuan.modules.stock.screens.slips import SLIPS
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Listing, SearchFilter
from zhixuan.shared.ui.naming import Named, localized

HORIZONS_DAYS = (30, 90, 180)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q(lot__number__icontains=text) | Q(lot__item__gtin=text) | Q(product__code__icontains=text)
    return rows.filter(found | Q(product__name_zh__icontains=text) | Q(product__name_en__icontains=text))


def _expiring(rows: QuerySet[Any], within: str) -> QuerySet[Any]:
    today = timezone.localdate()
    if within == "expired":
        return rows.filter(lot__expires_on__lt=today)
    return rows.filter(lot__expires_on__gte=today, lot__expires_on__lte=today + timedelta(days=int(within)))


def _state(row: Any) -> Badge:
    days = (row.lot.expires_on - timezone.localdate()).days
    if row.place.kind == PlaceKind.QUARANTINE:
        return Badge(words.PLACE_LABELS[PlaceKind.QUARANTINE], "purple")
    if words.expiry(row.lot.expires_on) is None:
        return Badge(_lazy("Expiry not recorded"), "secondary")
    if days < 0:
        return Badge(words.PLACE_LABELS[PlaceKind.EXPIRED], "red")
    if days <= HORIZONS_DAYS[0]:
        return Badge(_lazy("Expires within 30 days"), "orange")
    if days <= HORIZONS_DAYS[2]:
        return Badge(_lazy("Expires within 180 days"), "yellow")
    return Badge(_lazy("Good"), "green")


LOTS = Listing(
    name="lots",
    title=_lazy("Lots"),
    columns=(
        Column("number", _lazy("Lot"), value=lambda row: words.lot_label(row.lot.number), sort="lot__number"),
        Column(
            "product",
            _lazy("Product"),
            value=lambda row: localized(row.product),
            sort="product__code",
            href=lambda row: address("stock:lot", row.lot_id),
        ),
        Column(
            "facility",
            _lazy("Facility"),
            value=lambda row: localized(row.place.facility),
            sort=("place__facility__area_path", "place__facility__code"),
        ),
        Column("pieces", _lazy("Pieces"), "number", sort="pieces"),
        Column(
            "expires_on",
            _lazy("Expires"),
            "date",
            value=lambda row: words.expiry(row.lot.expires_on),
            sort="lot__expires_on",
        ),
        Column("state", _lazy("State"), "badge", value=_state),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Lot number, GTIN or product")),
        AREA_FILTER,
        PRODUCT_FILTER,
        ChoiceFilter(
            "place",
            _lazy("Place"),
            [(kind.value, words.PLACE_LABELS[kind]) for kind in (PlaceKind.STORE, PlaceKind.QUARANTINE)],
            lambda rows, kind: rows.filter(place__kind=kind),
        ),
        ChoiceFilter(
            "expires",
            _lazy("Expiry"),
            [
                ("expired", _lazy("Expired")),
                ("30", _lazy("Within 30 days")),
                ("90", _lazy("Within 90 days")),
                ("180", _lazy("Within 180 days")),
            ],
            _expiring,
        ),
    ),
    default_sort="expires_on",
    empty=EMPTY,
)

LOT_SLIPS = replace(SLIPS, name="lot-slips", title=_lazy("Slips of this lot"), filters=())


def lots(request: ActorRequest) -> HttpResponse:
    """Every lot with pieces left, next expiry first."""
    return LOTS.response(request, queries.by_lot(request.actor), template="stock/on_hand.html", context={"tab": "lots"})


def lot(request: ActorRequest, lot_id: int) -> HttpResponse:
    """One lot: where it lies now, and every slip that moved it, as far as the person can see.

    Raises:
        Unknown: no slip in sight ever moved it.
    """
    events = slips.events_of_lot(request.actor, lot_id)
    if not events.exists():
        raise Unknown
    found = queries.lot(lot_id)
    context = {
        "lot": found,
        "number": words.lot_label(found.number),
        "expires_on": words.expiry(found.expires_on),
        "places": [
            {
                "facility": localized(cast("Named", balance.place.facility)),
                "facility_id": balance.place.facility_id,
                "kind": words.PLACE_LABELS[PlaceKind(balance.place.kind)],
                "pieces": balance.pieces,
            }
            for balance in queries.where_is(request.actor, lot_id)
        ],
    }
    return LOT_SLIPS.response(request, events, template="stock/lot.html", context=context)
