"""Every question others may ask about methods, products and items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from zhixuan.modules.catalogue.models import CoupleYearFactor, Item, ItemCode, Method, Product, Replacement
from zhixuan.rules.replacing import Successor, ends_of
from zhixuan.shared import sql
from zhixuan.shared.access import the_one
from zhixuan.shared.sql import Question

NameAndStatus = tuple[str, str, str]

__all__ = [
    "Coded",
    "CoupleYearFactor",
    "Item",
    "ItemCode",
    "Method",
    "Product",
    "Replacement",
    "active_products",
    "codes_of",
    "couple_years_per_piece",
    "factors_of",
    "first_item_id",
    "item",
    "items",
    "items_by_code",
    "items_by_id",
    "items_of",
    "methods",
    "names_and_statuses",
    "product",
    "product_ids",
    "products",
    "products_by_code",
    "products_by_id",
    "products_with_factor",
    "replacement",
    "replacements",
    "successors",
    "usual_packs",
]


def products() -> QuerySet[Product]:
    """All products with their method, in the order of the catalogue."""
    return Product.objects.select_related("method")


def active_products() -> QuerySet[Product]:
    """Products that may still be received and sent."""
    return products().filter(status=Product.Status.ACTIVE)


def products_with_factor() -> QuerySet[Product]:
    """All products, annotated with their latest couple-year factor (`factor_numerator`, `factor_denominator`,
    `factor_version`, `factor_verified`; None where there is none) and `item_count`."""
    latest = CoupleYearFactor.objects.filter(method=OuterRef("method")).order_by("-effective_from")
    return products().annotate(
        factor_numerator=Subquery(latest.values("numerator")[:1]),
        factor_denominator=Subquery(latest.values("denominator")[:1]),
        factor_version=Subquery(latest.values("version")[:1]),
        factor_verified=Subquery(latest.values("verified")[:1]),
        factor=F("factor_numerator") * 1.0 / F("factor_denominator"),
        item_count=Count("items", distinct=True),
    )


def product(product_id: int) -> Product:
    """One product with its method.

    Raises:
        Unknown: there is none.
    """
    return the_one(products().filter(pk=product_id))


def products_by_id(ids: Iterable[int]) -> dict[int, Product]:
    """Products by id; unknown ids are left out."""
    return Product.objects.in_bulk(set(ids))


def names_and_statuses(ids: Iterable[int]) -> Question[dict[int, NameAndStatus]]:
    """(name_zh, name_en, status) by id; unknown ids are left out. For every posting, so it reads no more than that, and
    is put together with other questions."""
    wanted = sorted(set(ids))
    return Question(_names_of(len(wanted)), wanted, lambda rows: {row[0]: (row[1], row[2], row[3]) for row in rows})


@lru_cache(maxsize=100)
def _names_of(count: int) -> str:
    return f"SELECT id, name_zh, name_en, status FROM catalogue_product WHERE id IN ({sql.marks(count)})"  # noqa: S608


def products_by_code(codes: Iterable[str]) -> dict[str, Product]:
    """Products by code; unknown codes are left out."""
    return {one.code: one for one in products().filter(code__in=set(codes))}


def product_ids(codes: Iterable[str]) -> dict[str, int]:
    """Ids of products by code; unknown codes are left out."""
    return dict(Product.objects.filter(code__in=set(codes)).values_list("code", "pk"))


def product_codes() -> dict[int, str]:
    """Codes of all products, by id."""
    return dict(Product.objects.values_list("pk", "code"))


def items() -> QuerySet[Item]:
    """All trade items with their product."""
    return Item.objects.select_related("product")


def items_of(product_id: int) -> QuerySet[Item]:
    """The trade items of a product, active ones first."""
    return items().filter(product_id=product_id).order_by("status", "code")


def item(item_id: int) -> Item:
    """One trade item with its product.

    Raises:
        Unknown: there is none.
    """
    return the_one(items().filter(pk=item_id))


def items_by_id(ids: Iterable[int]) -> dict[int, Item]:
    """Trade items with their product, by id; unknown ids are left out."""
    return items().in_bulk(set(ids))


@dataclass(frozen=True, slots=True)
class Coded:
    """What a code on a pack stands for: one pack or one carton of an item."""

    item: Item
    holds: str


def items_by_code(codes: Iterable[str], *, withdrawn: bool = False) -> dict[str, Coded]:
    """Trade items by GTIN (14 digits) or by the first 7 digits of trace codes; unknown codes are left out.

    Args:
        withdrawn: those too that are no longer taken in, of which the shelves may hold some.
    """
    wanted = set(codes)
    statuses = [Product.Status.ACTIVE, *([Product.Status.WITHDRAWN] if withdrawn else [])]
    fitting = items().filter(status__in=statuses)
    found = {str(one.gtin): Coded(one, ItemCode.Holds.PACK.value) for one in fitting.filter(gtin__in=wanted)}
    further = ItemCode.objects.filter(code__in=wanted - found.keys(), item__status__in=statuses)
    found |= {one.code: Coded(one.item, one.holds) for one in further.select_related("item__product")}
    return found


def codes_of(item_ids: Iterable[int]) -> QuerySet[ItemCode]:
    """Further codes of these items."""
    return ItemCode.objects.filter(item_id__in=set(item_ids)).order_by("item_id", "code")


def first_item_id(product_id: int) -> int | None:
    """The trade item to book what nobody can name nearer: the oldest active one of the product."""
    rows = Item.objects.filter(product_id=product_id)
    return rows.order_by("status", "pk").values_list("pk", flat=True).first()


def usual_packs(product_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(pieces a pack, packs a carton) of the oldest active trade item of each product, the one of `first_item_id`;
    products without a trade item are left out."""
    rows = Item.objects.filter(product_id__in=set(product_ids)).order_by("status", "pk")
    packs: dict[int, tuple[int, int]] = {}
    for product_id, pieces, cartons in rows.values_list("product_id", "pieces_per_pack", "packs_per_carton"):
        packs.setdefault(product_id, (pieces, cartons))
    return packs


def replacements() -> QuerySet[Replacement]:
    """Replacements that hold or will hold, with both products, earliest first."""
    rows = Replacement.objects.filter(ended_at=None).select_related("older", "newer")
    return rows.order_by("holds_from", "pk")


def products_with_successor() -> QuerySet[Product]:
    """All products; `now_replaced` lists the replacement of each, if it has one."""
    return products().prefetch_related(Prefetch("replacements", replacements(), to_attr="now_replaced"))


def replacement(replacement_id: int) -> Replacement:
    """One of them.

    Raises:
        Unknown: there is none, or it was ended.
    """
    return the_one(replacements().filter(pk=replacement_id))


def successors(on: date) -> dict[int, Successor[int]]:
    """For every product that has been replaced by that day the one that goes on, at the end of its chain."""
    rows = Replacement.objects.filter(ended_at=None, holds_from__lte=on)
    return ends_of({one.older_id: Successor(one.newer_id, one.pieces) for one in rows})


def methods() -> QuerySet[Method]:
    """All methods in the order of the definition."""
    return Method.objects.all()


def factors_of(method_id: int) -> QuerySet[CoupleYearFactor]:
    """The couple-year factors of a method, latest version first."""
    return CoupleYearFactor.objects.filter(method_id=method_id).order_by("-effective_from")


def couple_years_per_piece(product_ids: Iterable[int], on: date) -> dict[int, Fraction]:
    """Couple-years of protection a piece of each product gives, in the version in use on that day; products whose
    method has no factor by then are left out."""
    method_of = dict(Product.objects.filter(pk__in=set(product_ids)).values_list("pk", "method_id"))
    rows = CoupleYearFactor.objects.filter(Q(method_id__in=method_of.values()), effective_from__lte=on)
    latest = {row.method_id: row.couple_years_per_piece for row in rows.order_by("effective_from")}
    return {pk: latest[method_id] for pk, method_id in method_of.items() if method_id in latest}


def item_ids(codes: Iterable[str]) -> dict[str, int]:
    """Ids of trade items by code; unknown codes are left out."""
    return dict(Item.objects.filter(code__in=set(codes)).values_list("code", "id"))
