"""Which products a facility may hold. No list means all of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from zhixuan.modules.directory.models import PermittedProduct


def permitted_product_ids(facility_id: int) -> frozenset[int] | None:
    """Ids of the products on the facility's list; None when it has no list and may hold all."""
    return permitted_lists([facility_id]).get(facility_id)


def permitted_lists(facility_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The same of many facilities at once; those without a list are left out."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = PermittedProduct.objects.filter(facility__in=list(facility_ids))
    for facility_id, product_id in rows.values_list("facility_id", "product_id"):
        found[facility_id].add(product_id)
    return {facility_id: frozenset(ids) for facility_id, ids in found.items()}


def may_hold(facility_id: int, product_id: int) -> bool:
    """Whether the facility may be sent that product."""
    permitted = permitted_product_ids(facility_id)
    return permitted is None or product_id in permitted


def not_permitted(facility_id: int, product_ids: Iterable[int]) -> frozenset[int]:
    """Those of the products that the facility may not hold."""
    permitted = permitted_product_ids(facility_id)
    return frozenset() if permitted is None else frozenset(product_ids) - permitted
