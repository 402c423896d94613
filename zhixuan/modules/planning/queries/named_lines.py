"""Lines of a plan with their places and products, quick enough for twenty thousand: each name is read once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.models import DemandLine


@dataclass(slots=True)
class NamedLine:
    """What most lists need of a line; `more` are the columns asked for besides."""

    pk: int
    plan_id: int
    facility: Any
    product: Any
    pieces: int
    more: tuple[Any, ...]


def named_lines(plan_id: int, *more: str) -> list[NamedLine]:
    """Lines by place and product, with these columns besides."""
    columns = ("pk", "facility_id", "product_id", "pieces", *more)
    rows = DemandLine.objects.filter(plan_id=plan_id).values_list(*columns)
    found = [(key, facility, product, pieces, rest) for key, facility, product, pieces, *rest in rows]
    places = directory.all_facilities().in_bulk({one[1] for one in found})
    products = catalogue.products().in_bulk({one[2] for one in found})
    place_rank = _ranks(places, key=lambda one: (one.area_path, one.code))
    product_rank = _ranks(products, key=lambda one: (one.method.position, one.code))
    found.sort(key=lambda one: (place_rank[one[1]], product_rank[one[2]]))
    return [
        NamedLine(key, plan_id, places[facility], products[product], pieces, tuple(rest))
        for key, facility, product, pieces, rest in found
    ]


def whole_lines(lines: Sequence[NamedLine]) -> list[DemandLine]:
    """All of these lines, in their order, with their places and products."""
    known = whole_by_id([one.pk for one in lines])
    found = []
    for one in lines:
        whole = known[one.pk]
        whole.facility, whole.product = one.facility, one.product
        found.append(whole)
    return found


def whole_by_id(ids: Collection[int]) -> dict[int, DemandLine]:
    """All of these lines."""
    found: dict[int, DemandLine] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), IDS_AT_ONCE):
        found |= DemandLine.objects.in_bulk(wanted[start : start + IDS_AT_ONCE])
    return found


IDS_AT_ONCE = 500


def _ranks(known: dict[int, Any], *, key: Any) -> dict[int, int]:
    return {one.pk: rank for rank, one in enumerate(sorted(known.values(), key=key))}
