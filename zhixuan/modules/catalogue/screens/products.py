"""The catalogue as a list, and one product."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Product
from zhixuan.modules.catalogue.screens import _words as words
from zhixuan.modules.catalogue.screens import replacing
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

Rows = QuerySet[Product]


def _search(rows: Rows, text: str) -> Rows:
    names = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(original_name__icontains=text)
    return rows.filter(names | Q(code__icontains=text) | Q(pk__in=rows.filter(items__gtin__endswith=text).values("pk")))


def _methods(request: HttpRequest) -> list[tuple[str, str]]:
    return [(method.code, localized(method)) for method in queries.methods().filter(products__isnull=False).distinct()]


def _factor_with_version(row: Any) -> str:
    shown = words.short_factor(row.factor_numerator, row.factor_denominator)
    return f"{shown} ({row.factor_version})" if shown else ""


PRODUCTS = Listing(
    name="products",
    title=_lazy("Products"),
    columns=(
        Column(
            "name",
            _lazy("Name"),
            value=localized,
            sort="name_{language}",
            href=lambda row: address("catalogue:product", row.pk),
        ),
        Column("code", _lazy("Code"), sort="code"),
        Column("method", _lazy("Method"), value=lambda row: localized(row.method), sort=("method__position", "code")),
        Column("regulation", _lazy("Regulation"), value=lambda row: row.get_regulation_display(), sort="regulation"),
        Column(
            "quantity",
            _lazy("Standard quantity a user-year"),
            value=words.standard_quantity,
            sort="quantity_per_user_year",
        ),
        Column(
            "factor",
            _lazy("Couple-years a piece"),
            value=lambda row: words.short_factor(row.factor_numerator, row.factor_denominator),
            secondary=lambda row: row.factor_version,
            export=_factor_with_version,
            sort="factor",
            phone=False,
        ),
        Column("state", _lazy("State"), kind="badge", value=words.state, sort="status"),
        Column("verified", _lazy("Source"), kind="badge", value=lambda row: words.mark(row.verified), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Name, code or GTIN")),
        ChoiceFilter("method", _lazy("Method"), _methods, lambda rows, code: rows.filter(method__code=code)),
        ChoiceFilter("status", _lazy("State"), Product.Status.choices, lambda rows, value: rows.filter(status=value)),
        ChoiceFilter(
            "regulation",
            _lazy("Regulation"),
            Product.Regulation.choices,
            lambda rows, value: rows.filter(regulation=value),
        ),
    ),
    default_sort="method",
    empty=Empty(_lazy("No products found"), _lazy("Change the filters.")),
)


def products(request: HttpRequest) -> HttpResponse:
    """All products with method, status and factors."""
    context = {"may_change": words.actor_of(request).has(permissions.CHANGE_ITEMS)}
    return PRODUCTS.response(
        request, queries.products_with_factor(), template="catalogue/products.html", context=context
    )


def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product: what it is, where each value comes from, its factors by version, its trade items."""
    found = queries.product(product_id)
    context: dict[str, Any] = {
        "product": found,
        "state": words.state(found),
        "mark": words.mark(found.verified),
        "quantity_mark": words.mark(found.quantity_verified),
        "unverified": words.unverified(found),
        "shelf_life": words.shelf_life(found),
        "factors": [words.factor_row(row) for row in queries.factors_of(found.method_id)],
        "items": [
            {"item": item, "packing": words.packing(item), "state": words.state(item)}
            for item in queries.items_of(found.pk)
        ],
        "may_change": words.actor_of(request).has(permissions.CHANGE_ITEMS),
        **replacing.context_of(request, found),
    }
    return render(request, "catalogue/product.html", context)
