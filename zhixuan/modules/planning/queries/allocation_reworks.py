"""What each working out of an allocation plan changed: who got how much before it and after it."""

from __future__ import annotations

from dataclasses import dataclass

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.queries import Product
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.planning.models import AllocationStep
from zhixuan.rules.planning.allocation_steps import AllocationVerb


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One product at one place, in pieces; 0 where there was, or is, no line."""

    facility: Facility
    product: Product
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


def reworks_of(plan_id: int) -> list[AllocationStep]:
    """Steps that kept what they changed, latest first."""
    steps = AllocationStep.objects.filter(plan_id=plan_id, verb=AllocationVerb.REWORK).order_by("-number")
    return [step for step in steps if "changed" in step.details]


def changed_lines(step: AllocationStep) -> list[ChangedLine]:
    """What a step changed, by place and product."""
    rows = step.details["changed"]
    places = directory.all_facilities().in_bulk({place for _giver, place, *_rest in rows})
    products = catalogue.products_by_id({product for _giver, _place, product, *_rest in rows})
    lines = [
        ChangedLine(places[place], products[product], before, after)
        for _giver, place, product, before, after in rows
        if place in places and product in products
    ]
    return sorted(lines, key=lambda one: (one.facility.area_path, one.facility.code, one.product.code))
