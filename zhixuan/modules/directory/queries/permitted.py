"""Which products a facility may hold. No list means all of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.modules.directory.models import PermittedProduct


def permitted_product_ids(facility_id: int) -> frozenset[int] | None:
    """Ids of the products on the facility's list; None when it has no list and may hold all."""
    ids = frozenset(PermittedProduct.objects.filter(facility_id=facility_id).values_list("product_id", flat=True))
    return ids or None


def may_hold(facility_id: int, product_id: int) -> bool:
    """Whether the facility may be sent that product."""
    permitted = permitted_product_ids(facility_id)
    return permitted is None or product_id in permitted


def not_permitted(facility_id: int, product_ids: Iterable[int]) -> frozenset[int]:
    """Those of the products that the facility may not hold."""
    permitted = permitted_product_ids(facility_id)
    return frozenset() if permitted is None else frozenset(product_ids) - permitted
