"""The turnover norms in force: how long stock should last at each level."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from math import ceil

from zhixuan.rules.stock.norms import Bounds, FacilityLevel, StockNorms, read_norms
from zhixuan.shared import definitions

NORMS_FILE = "stock_levels.toml"
DAYS_PER_MONTH = 30


@cache
def norms() -> StockNorms:
    """All sets of norms, from the definitions of the package."""
    return read_norms(definitions.read(NORMS_FILE), file=NORMS_FILE)


def bounds_of(level: str) -> Bounds:
    """Bounds of a facility's level; levels without a norm of their own count as outlets."""
    known = FacilityLevel(level) if level in set(FacilityLevel) else FacilityLevel.VILLAGE
    return norms().bounds(known)


def good_until(on: date, level: str) -> date:
    """A lot sent that day should not expire before the receiver has had the time of its norm to use it."""
    return on + timedelta(days=ceil(bounds_of(level).max_months * DAYS_PER_MONTH))
