"""Products and trade items: the same for everyone who may sign in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from zhixuan.modules.catalogue import queries
from zhixuan.shared.api import REFUSALS, PageQuery, part

router = Router()


class ProductOut(Schema):
    """A generic product; `piece_*` is its smallest dispensing unit."""

    code: str
    name_zh: str
    name_en: str
    method: str
    piece_zh: str
    piece_en: str
    regulation: str
    status: str
    replaced_by: str | None
    replaced_from: date | None

    @staticmethod
    def resolve_method(product: Any) -> str:
        return str(product.method.code)

    @staticmethod
    def resolve_replaced_by(product: Any) -> str | None:
        return next((one.newer.code for one in product.now_replaced), None)

    @staticmethod
    def resolve_replaced_from(product: Any) -> date | None:
        return next((one.holds_from for one in product.now_replaced), None)


class ItemOut(Schema):
    """A trade item of a product with its packing."""

    code: str
    product: str
    gtin: str | None
    holder: str
    registration_number: str
    pieces_per_pack: int | None
    packs_per_carton: int | None
    status: str

    @staticmethod
    def resolve_product(item: Any) -> str:
        return str(item.product.code)


class ProductsOut(Schema):
    total: int
    rows: list[ProductOut]


class ItemsOut(Schema):
    total: int
    rows: list[ItemOut]


@router.get("/products", response={200: ProductsOut, **REFUSALS})
def products(request: HttpRequest, page: PageQuery) -> Any:
    """All products."""
    return part(queries.products_with_successor(), page)


@router.get("/items", response={200: ItemsOut, **REFUSALS})
def items(request: HttpRequest, page: PageQuery) -> Any:
    """All trade items."""
    return part(queries.items().select_related("product"), page)
