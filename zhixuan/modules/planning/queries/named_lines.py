"""Lines of a plan with their places and products, quick enough for twenty thousand: no row of the ORM for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.models import DemandLine


@dataclass(frozen=True, slots=True)
class NamedLine:
    """`values`: the columns that were asked for, in their order."""

    pk: int
    facility_id: int
    product_id: int
    facility: Any
    product: Any
    values: tuple[Any, ...]


def named_lines(plan_id: int, *columns: str) -> list[NamedLine]:
    """Lines by place and product; each place and product is read and put in order once, however many lines it has."""
    rows = list(DemandLine.objects.filter(plan_id=plan_id).values_list("pk", "facility_id", "product_id", *columns))
    places = directory.all_facilities().in_bulk({row[1] for row in rows})
    products = catalogue.products().in_bulk({row[2] for row in rows})
    place_order = _ranks(places, lambda one: (one.area_path, one.code))
    product_order = _ranks(products, lambda one: (one.method.position, one.code))
    rows.sort(key=lambda row: (place_order[row[1]], product_order[row[2]]))
    return [NamedLine(row[0], row[1], row[2], places[row[1]], products[row[2]], row[3:]) for row in rows]


def _ranks(named: dict[int, Any], order: Any) -> dict[int, int]:
    return {pk: rank for rank, pk in enumerate(sorted(named, key=lambda pk: order(named[pk])))}
