"""Ways to share what is scarce that are compared: what programmes do, the plain greedy, and ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Vector
from zhixuan.analytics.ordering.outlook import Outlook, outlook_of, panel_before
from zhixuan.analytics.ordering.sharing import shares_of
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.policies import average
from zhixuan.analytics.simulation.replay import Sharing, Terms
from zhixuan.rules.planning.allocation import EVENNESS, FLOOR_SHARE
from zhixuan.rules.planning.need import LEVELS

HALVINGS: Final = 60
MONTHS_MAX: Final = 6.0  # nobody is filled beyond
ORDERED_MONTHS: Final = 3.0  # orders that are cut go up to so many months
FAIR_SHARE, PROPORTIONAL, GREEDY, OURS = "fair share", "proportional", "plain greedy", "ours"

Products = np.ndarray[tuple[int], np.dtype[np.int64]]


def ways_to_share(past: Past, terms: Terms, report: Callable[[int, int], None]) -> dict[str, Sharing]:
    """By name: equal months of stock by AMC3; orders up to 3 x AMC3 cut alike; by marginal value alone; and ours.

    What is learned of a month is learned once for all of them, however often they are played.
    """
    product, usual = past.product, average(past, 3, 1.0)

    @cache
    def outlook(month: int) -> Outlook:
        panel = panel_before(past.history, past.month(month))
        found = outlook_of(panel, past.keys, terms.lead + 1, LEVELS, dear=False)
        report(month + 1, past.demand.shape[1])
        return found

    def valued(floor_share: float, evenness: float) -> Sharing:
        def way(month: int, hand: Vector, order: Vector, there: Vector) -> Vector:
            seen = outlook(month)
            floor = floor_share * seen.months
            given = shares_of(seen, hand + order, product, there, floor_months=floor, evenness=evenness)
            return given.astype(np.float64)

        return way

    return {
        FAIR_SHARE: lambda month, hand, order, there: fair_share(usual(month), hand + order, product, there),
        PROPORTIONAL: lambda month, hand, order, there: proportional(usual(month), hand + order, product, there),
        GREEDY: valued(0.0, 0.0),
        OURS: valued(FLOOR_SHARE, EVENNESS),
    }


def fair_share(average: Vector, stock: Vector, product: Products, available: Vector) -> Vector:
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


def proportional(average: Vector, stock: Vector, product: Products, available: Vector) -> Vector:
    """Whole pieces of what everybody orders, the same share of every order where it is not enough."""
    ordered = np.maximum(np.ceil(ORDERED_MONTHS * average - 1e-9) - stock, 0)
    total = np.bincount(product, weights=ordered)[product]
    return np.asarray(np.floor(ordered * np.minimum(1, available / np.maximum(total, 1e-9)) + 1e-9))
