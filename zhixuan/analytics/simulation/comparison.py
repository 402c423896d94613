"""The trade-off between service and stock: each policy's course, its worth, and its place against AMC3 x max months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zhixuan.analytics.simulation.measures import Ratios, Worth, ratios, worth
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.policies import average, ours
from zhixuan.analytics.simulation.replay import Levels, Terms, ordering, replay

WARM_UP: Final = 3
CURVE: Final = (1.0, 1.3, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 5.0, 6.0, 7.0)
SHOWN: Final = (2.0, 3.0, 4.0)


@dataclass(frozen=True)
class Line:
    """A policy in the table."""

    name: str
    worth: Worth
    ratios: Ratios


def compare(past: Past, terms: Terms, report: Callable[[int, int], None] = lambda done, total: None) -> list[Line]:
    """AMC3 and AMC6 x max months, min/max, and ours, scored after a warm-up of three months."""
    months = past.demand.shape[1]

    def scored(levels: Levels) -> Worth:
        course = replay(past.demand, past.start, terms, ordering(levels, terms))
        return worth(course.after(min(WARM_UP, months - 1)), past.usual)

    mine = ours(past, terms)
    for month in range(months):
        if month % terms.review == 0:
            mine(month)
        report(month + 1, months)
    curve = {factor: scored(average(past, 3, factor)) for factor in CURVE}
    found = {f"AMC3 x {factor:g}": curve[factor] for factor in SHOWN}
    found |= {f"AMC6 x {factor:g}": scored(average(past, 6, factor)) for factor in SHOWN}
    found["ours"] = scored(mine)
    return [Line(name, one, ratios(one, list(curve.values()))) for name, one in found.items()]
