"""Stock on hand: by facility and product, by product, by lot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.queries import on_hand as queries
from zhixuan.modules.stock.queries import use
from zhixuan.modules.stock.screens import words
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import choose
from zhixuan.shared.ui.status_chart import status_bars

EMPTY = Empty(
    _lazy("No stock yet"),
    _lazy("Receive a delivery, or import the stock cards you have."),
    icon="packages",
)


def _with_levels(rows: Iterable[Any]) -> list[Any]:
    return queries.with_levels(rows, today=timezone.localdate())


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q()
    for field in ("product__code", "product__name_zh", "product__name_en"):
        found |= Q(**{f"{field}__icontains": text})
    for field in ("code", "name_zh", "name_en"):
        found |= Q(**{f"place__facility__{field}__icontains": text})
    return rows.filter(found)


def _product_choices(_request: ActorRequest) -> list[tuple[str, str]]:
    named = catalogue.products().values_list("code", "name_zh", "name_en")
    return [(code, choose(name_zh, name_en)) for code, name_zh, name_en in named]


def _area_choices(request: ActorRequest) -> list[tuple[str, str]]:
    areas = directory.areas_for(request.actor).exclude(level="village").values_list("path", "name_zh", "name_en")[:500]
    return [(path, "\u3000" * (path.count("/") - 2) + choose(name_zh, name_en)) for path, name_zh, name_en in areas]


PRODUCT_FILTER = ChoiceFilter(
    "product", _lazy("Product"), _product_choices, lambda rows, code: rows.filter(product__code=code)
)
AREA_FILTER = ChoiceFilter(
    "area", _lazy("Area"), _area_choices, lambda rows, path: rows.filter(place__facility__area_path__startswith=path)
)
STATUS_FILTER = ChoiceFilter(
    "status",
    _lazy("Status"),
    [(status.value, _lazy(STATUS_LABELS[status])) for status in StockStatus],
    lambda rows, status: [row for row in _with_levels(rows) if row["status"] == status],
)


def _card_address(row: Any) -> str:
    return address("stock:card", row["facility_id"], row["product_id"])


BY_FACILITY = Listing(
    name="on-hand",
    title=_lazy("Stock on hand"),
    columns=(
        Column(
            "facility",
            _lazy("Facility"),
            value=words.facility_name,
            sort=("area_path", "facility_code", "product_code"),
            href=lambda row: address("directory:facility", row["facility_id"]),
        ),
        Column("product", _lazy("Product"), value=words.product_name, sort="product_code", href=_card_address),
        Column("in_store", _lazy("On hand"), "number", sort="in_store", secondary=words.piece),
        Column(
            "held", _lazy("In quarantine"), "number", sort="held", value=lambda row: row["held"] or None, phone=False
        ),
        Column("coming", _lazy("On the way"), "number", sort="coming", value=lambda row: row["coming"] or None),
        Column("next_expiry", _lazy("Next expiry"), "date", sort="next_expiry"),
        Column(
            "per_month",
            _lazy("Average a month"),
            "number",
            value=lambda row: words.rounded(row["per_month"]),
            hint=_lazy("Mean of the latest three full months, adjusted for days without stock"),
            phone=False,
        ),
        Column("months", _lazy("Months of stock"), "number", value=lambda row: words.rounded(row["months"])),
        Column("status", _lazy("Status"), "badge", value=lambda row: words.status_badge(row["status"])),
    ),
    filters=(SearchFilter("q", _lazy("Search"), _search), AREA_FILTER, PRODUCT_FILTER, STATUS_FILTER),
    default_sort="facility",
    page_size=25,
    empty=EMPTY,
    enrich=_with_levels,
)

SORTED_BY_AMOUNT = frozenset({"in_store", "held", "coming", "next_expiry"})
"""Only then every row's amounts are needed; else those of the page are enough."""

BY_PRODUCT = Listing(
    name="stock-by-product",
    title=_lazy("Stock by product"),
    columns=(
        Column("product_code", _lazy("Code"), sort="product_code", phone=False),
        Column(
            "product",
            _lazy("Product"),
            value=words.product_name,
            sort="product_{language}",
            href=lambda row: f"{reverse('stock:on_hand')}?product={row['product_code']}",
        ),
        Column("in_store", _lazy("On hand"), "number", sort="in_store", secondary=words.piece),
        Column("held", _lazy("In quarantine"), "number", sort="held", value=lambda row: row["held"] or None),
        Column("coming", _lazy("On the way"), "number", sort="coming", value=lambda row: row["coming"] or None),
        Column(
            "expired",
            _lazy("Expired"),
            "number",
            value=lambda row: row["in_store"] - row["usable"] or None,
            hint=_lazy("Still in store; cannot be given out"),
        ),
        Column("next_expiry", _lazy("Next expiry"), "date", sort="next_expiry"),
    ),
    filters=(AREA_FILTER,),
    default_sort="product_code",
    empty=EMPTY,
)


def _use_months() -> dict[str, str]:
    """First and last month of the average."""
    months = use.latest_months(use.reference_day(timezone.localdate()))
    return {"first": str(months[0]), "last": str(months[-1])}


def on_hand(request: ActorRequest) -> HttpResponse:
    """By facility and product, with months of stock and status."""
    rows = queries.pairs(request.actor)
    if request.GET.get("sort", "").removeprefix("-") in SORTED_BY_AMOUNT:
        rows = queries.by_facility(request.actor, today=timezone.localdate())
    return BY_FACILITY.response(
        request, rows, template="stock/on_hand.html", context={"tab": "facility", "use": _use_months()}
    )


def by_product(request: ActorRequest) -> HttpResponse:
    """By product over all facilities in sight, with a picture of how many stand how."""
    today = timezone.localdate()
    rows = queries.by_product(request.actor, today=today)
    context = {"tab": "product", "chart": lambda: _status_chart(request, today)}
    return BY_PRODUCT.response(request, rows, template="stock/on_hand.html", context=context)


def _status_chart(request: ActorRequest, today: Any) -> dict[str, Any]:
    """Facilities by status for each product: one stacked bar a product."""
    rows = queries.with_levels(queries.by_facility(request.actor, today=today), today=today)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[words.product_name(row)][row["status"]] += 1
    return status_bars(sorted(counts.items()))
