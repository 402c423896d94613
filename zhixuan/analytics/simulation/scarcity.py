"""A warehouse into which less comes than is wanted: every way to share against what hindsight could have served.

Every month the same part of that month's demand for each product comes in. That, and hindsight with one pool of stock
and supply, lead time kept, over all months and counted over the scored ones, is the reading of the published measure
which comes nearest to its published references: see `bench/bounds.py` and docs/ordering-and-allocation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from zhixuan.analytics.forecasting.series import Matrix
from zhixuan.analytics.simulation.measures import Worth, worth
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.replay import Course, Sharing, Terms, Warehouse, by_product, hindsight, replay
from zhixuan.analytics.simulation.ways_to_share import ways_to_share

WARM_UP: Final = 3


@dataclass(frozen=True)
class Shared:
    """A way to share; `of_bound` is what it served in the scored months of what hindsight serves in them.

    Hindsight plays all months and serves as early as it can; who keeps something back in the warm-up may come to a
    little more than 1.
    """

    name: str
    worth: Worth
    of_bound: float


def compare_sharing(
    past: Past, terms: Terms, supply: float, report: Callable[[int, int], None] = lambda done, total: None
) -> list[Shared]:
    """Fair share, proportional, the plain greedy and ours, when the part `supply` of each month's demand comes in."""
    return played(past, terms, supply, ways_to_share(past, terms, report))


def played(past: Past, terms: Terms, supply: float, ways: Mapping[str, Sharing]) -> list[Shared]:
    """Every way over the same months, in the same order."""
    demand = by_product(past.demand, past.product)
    stock = by_product(past.start[:, None], past.product)[:, 0]
    warm_up = min(WARM_UP, demand.shape[1] - 1)
    best = hindsight(demand, stock, demand * supply, terms.lead)[warm_up:].sum()
    found = []
    for name, way in ways.items():
        after = course_of(past, terms, demand * supply, way).after(warm_up)
        found.append(Shared(name, worth(after, past.usual), float(after.served.sum() / best)))
    return found


def course_of(past: Past, terms: Terms, supply: Matrix, way: Sharing) -> Course:
    """What happened with so much coming in (products x months)."""
    return replay(past.demand, past.start, terms, Warehouse(past.product, supply, way).send)
