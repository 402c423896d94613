"""The turnover norms in force: how long stock should last at each level, and where an officer has set another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet

from zhixuan.modules.stock.models import NormOverride
from zhixuan.modules.stock.permissions import VIEW
from zhixuan.modules.stock.queries import use
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.norm_overrides import Override, closest
from zhixuan.rules.stock.norms import Bounds, FacilityLevel, StockNorms, read_norms
from zhixuan.shared import definitions, sql
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.journeys import Row

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

    def good_until(self, on: date, level: str, *, facility_id: int = 0, area_path: str = "") -> date:
        """A lot sent that day should not expire before the receiver has had the time of its norm to use it."""
        bounds = self.bounds(level, facility_id=facility_id, area_path=area_path)
        return on + timedelta(days=ceil(bounds.max_months * DAYS_PER_MONTH))


def norm_level(level: str) -> str:
    """The level whose norm holds for a facility of that level."""
    return level if level in set(FacilityLevel) else FacilityLevel.VILLAGE.value


OVERRIDES = """
    SELECT facility_id, area_path, level, min_months, max_months, emergency_months
    FROM stock_normoverride WHERE ended_at IS NULL
"""
OVERRIDES_AND_LAST_ENTERED = f"""
    SELECT entered.day, held.* FROM (SELECT ({use.LAST_ENTERED}) AS day) entered
    LEFT JOIN ({OVERRIDES}) held ON true
"""  # noqa: S608 (put together of our own words)


def in_force() -> Norms:
    """The norms as they hold now."""
    return _norms_of(sql.rows(OVERRIDES))


def in_force_and_reference_day(today: date) -> tuple[Norms, date]:
    """The norms as they hold now, and `use.reference_day`: what every figure of levels needs, in one question."""
    rows = sql.rows(OVERRIDES_AND_LAST_ENTERED)
    held = [row[1:] for row in rows if row[2] is not None]
    return _norms_of(held), use.looked_at_from(today, rows[0][0])


def _norms_of(rows: Iterable[Row]) -> Norms:
    """Of the rows that `OVERRIDES` answers."""
    return Norms(
        [
            Override(Bounds(_months(low), _months(high), _months(emergency)), facility_id, area_path, level)
            for facility_id, area_path, level, low, high, emergency in rows
        ]
    )


def _months(value: Any) -> Fraction:
    """Exact: the column holds two places, and SQLite hands them over as a float."""
    return Fraction(round(value * 100), 100)


def bounds_of(level: str, *, facility_id: int = 0, area_path: str = "") -> Bounds:
    """Bounds at one facility. For many, ask `in_force` once."""
    return in_force().bounds(level, facility_id=facility_id, area_path=area_path)


def good_until(on: date, level: str, *, facility_id: int = 0, area_path: str = "") -> date:
    """The same for one facility. For many, ask `in_force` once."""
    return in_force().good_until(on, level, facility_id=facility_id, area_path=area_path)


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
