"""Every question others may ask about methods, products and items."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.modules.catalogue.models import Item, Product


def products_by_id(ids: Iterable[int]) -> dict[int, Product]:
    """Products by id; unknown ids are left out."""
    return Product.objects.in_bulk(set(ids))


def items_by_id(ids: Iterable[int]) -> dict[int, Item]:
    """Trade items with their product, by id; unknown ids are left out."""
    return Item.objects.select_related("product").in_bulk(set(ids))
