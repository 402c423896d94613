"""A warehouse into which less comes than is wanted: fair share by months of stock against ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Vector
from zhixuan.analytics.ordering.outlook import Outlook, outlook_of, panel_before
from zhixuan.analytics.ordering.sharing import shares_of
from zhixuan.analytics.simulation.measures import Worth, worth
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.replay import Course, Sharing, Terms, Warehouse, hindsight, replay
from zhixuan.rules.planning.allocation import FLOOR_SHARE
from zhixuan.rules.planning.need import LEVELS

WARM_UP: Final = 3
HALVINGS: Final = 60
MONTHS_MAX: Final = 6.0  # nobody is filled beyond


@dataclass(frozen=True)
class Shared:
    """A way to share; `of_bound` is what it served of what hindsight could have served, over all months.

    `of_bound_scored` counts the months after the warm-up only, as every other measure does.
    """

    name: str
    worth: Worth
    of_bound: float
    of_bound_scored: float


def compare_sharing(
    past: Past, terms: Terms, supply: float, report: Callable[[int, int], None] = lambda done, total: None
) -> list[Shared]:
    """Fair share and ours, when every month the same part `supply` of each product's mean demand comes in."""
    months, product = past.demand.shape[1], past.product
    monthly = np.bincount(product, weights=past.demand.sum(axis=1)) / months * supply
    best = hindsight(past.demand, past.start, product, monthly, terms.lead)

    @cache
    def outlook(month: int) -> Outlook:
        panel = panel_before(past.history, past.month(month))
        found = outlook_of(panel, past.keys, terms.lead + 1, LEVELS, dear=False)
        report(month + 1, months)
        return found

    def ours(month: int, hand: Vector, order: Vector, there: Vector) -> Vector:
        seen = outlook(month)
        floor = FLOOR_SHARE * seen.months
        return shares_of(seen, hand + order, product, there, floor_months=floor).astype(np.float64)

    def fair(month: int, hand: Vector, order: Vector, there: Vector) -> Vector:
        return fair_share(outlook(month).average, hand + order, product, there)

    def scored(name: str, sharing: Sharing) -> Shared:
        course: Course = replay(past.demand, past.start, terms, Warehouse(product, monthly, sharing).send)
        warm_up = min(WARM_UP, months - 1)
        after = course.after(warm_up)
        scored_share = float(after.served.sum() / best[warm_up:].sum())
        return Shared(name, worth(after, past.usual), float(course.served.sum() / best.sum()), scored_share)

    return [scored("fair share", fair), scored("ours", ours)]


def fair_share(
    average: Vector, stock: Vector, product: np.ndarray[tuple[int], np.dtype[np.int64]], available: Vector
) -> Vector:
    """Whole pieces that raise everybody to the same months of stock, as far as each product goes."""
    given = np.zeros(len(stock))
    for number in np.unique(product):
        rows = product == number
        low, high = 0.0, MONTHS_MAX
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            wanted = np.maximum(middle * average[rows] - stock[rows], 0).sum()
            low, high = (low, middle) if wanted > available[rows][0] else (middle, high)
        given[rows] = np.floor(np.maximum(low * average[rows] - stock[rows], 0))
    return given
