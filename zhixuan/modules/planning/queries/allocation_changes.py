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
    lines = plans.every_line(plan.pk)
    products = sorted({line.product_id for line in lines})
    now = allocation_facts.found(plans.givers_of(plan), products, area=plan.area, on=on)
    before = plans.there(plans.lots_of(plan.pk))
    return Changes(
        changed_lots(before, now.lots), changed_places([plans.facts_of(line) for line in lines], now.facts), now.lots
    )
