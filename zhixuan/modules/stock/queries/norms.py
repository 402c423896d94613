"""The turnover norms in force: how long stock should last at each level, and where an officer has set another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import ceil

from django.db.models import Q, QuerySet

from zhixuan.modules.stock.models import NormOverride
from zhixuan.modules.stock.permissions import VIEW
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.norm_overrides import Override, closest
from zhixuan.rules.stock.norms import Bounds, FacilityLevel, StockNorms, read_norms
from zhixuan.shared import definitions
from zhixuan.shared.access import Actor, the_one

NORMS_FILE = "stock_levels.toml"
DAYS_PER_MONTH = 30


@cache
def norms() -> StockNorms:
    """All sets of norms, from the definitions of the package."""
    return read_norms(definitions.read(NORMS_FILE), file=NORMS_FILE)


@cache
def emergency_note() -> dict[str, str]:
    """Where the emergency points come from: `rule` and `source`."""
    told = definitions.read(NORMS_FILE)["emergency"]
    return {"rule": str(told["rule"]), "source": str(told["source"])}


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms with all that officers have set: asked once, then answered for any number of facilities."""

    overrides: Sequence[Override] = ()

    def bounds(self, level: str, *, facility_id: int = 0, area_path: str = "") -> Bounds:
        """Bounds at a facility; levels without a norm of their own count as outlets."""
        own = closest(self.overrides, facility_id=facility_id, area_path=area_path, level=norm_level(level))
        return own.bounds if own else norms().bounds(FacilityLevel(norm_level(level)))


def norm_level(level: str) -> str:
    """The level whose norm holds for a facility of that level."""
    return level if level in set(FacilityLevel) else FacilityLevel.VILLAGE.value


def in_force() -> Norms:
    """The norms as they hold now."""
    rows = NormOverride.objects.filter(ended_at=None).order_by("id")
    return Norms(
        [
            Override(
                Bounds(Fraction(row.min_months), Fraction(row.max_months), Fraction(row.emergency_months)),
                row.facility_id,
                row.area_path,
                row.level,
            )
            for row in rows
        ]
    )


def bounds_of(level: str, *, facility_id: int = 0, area_path: str = "") -> Bounds:
    """Bounds at one facility. For many, ask `in_force` once."""
    return in_force().bounds(level, facility_id=facility_id, area_path=area_path)


def good_until(on: date, level: str, *, facility_id: int = 0, area_path: str = "") -> date:
    """A lot sent that day should not expire before the receiver has had the time of its norm to use it."""
    bounds = bounds_of(level, facility_id=facility_id, area_path=area_path)
    return on + timedelta(days=ceil(bounds.max_months * DAYS_PER_MONTH))


def overrides_for(actor: Actor) -> QuerySet[NormOverride]:
    """What officers have set at the facilities and in the areas in sight, ended ones too, latest first."""
    in_sight = visible(actor, "facility")
    for path in actor.scope(VIEW).area_paths:
        in_sight |= Q(facility=None, area_path__startswith=path)
    return NormOverride.objects.filter(in_sight).select_related("facility").order_by("-id")


def override(actor: Actor, override_id: int) -> NormOverride:
    """One of them.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(overrides_for(actor).filter(id=override_id))
