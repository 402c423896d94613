"""What has changed in stores and places since an allocation plan was worked out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.queries import allocation_facts
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning.allocation_lines import Change, changed_lots, changed_places
from zhixuan.rules.planning.place_facts import LotThere

KEY = ("giver_id", "facility_id", "product_id")


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of lots and of places, and the lots that are there now. `mark` is the same text for the same changes."""

    lots_changed: Sequence[Change]
    places_changed: Sequence[Change]
    lots: Sequence[LotThere]

    @property
    def mark(self) -> str:
        """Empty while nothing has changed."""
        if not self.lots_changed and not self.places_changed:
            return ""
        told = repr([*self.lots_changed, *self.places_changed])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def since_worked_out(plan: AllocationPlan, *, on: date) -> Changes:
    """Free pieces of lots, and stock of places, against those that the plan was worked out from."""
    rows = plans.rows_of(plan.pk).values_list(*KEY, "stock", "coming")
    before = {(giver, place, product): stock + coming for giver, place, product, stock, coming in rows}
    products = {product for _giver, _place, product in before}
    there, lots = allocation_facts.there_now(plans.givers_of(plan), products, on=on)
    at_places = _by_place(plan, changed_places(before, there))
    return Changes(changed_lots(plans.there(plans.lots_of(plan.pk)), lots), at_places, lots)


def _by_place(plan: AllocationPlan, changes: Sequence[Change]) -> list[Change]:
    """In the order of the lines; only the places in question are put in order, often few of thousands."""
    if not changes:
        return []
    rows = plans.rows_of(plan.pk, *plans.BY_PLACE).filter(facility__in={one.place for one in changes})
    turns = {key: turn for turn, key in enumerate(rows.values_list(*KEY))}
    return sorted(changes, key=lambda one: turns[one.giver, one.place, one.product])
