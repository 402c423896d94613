"""Sharing what is scarce on real stock cards: the bars against fair share in the same run, and which bound is meant.

python -m bench.bounds            fair share, proportional, the plain greedy and ours at 85 % and 60 % supply
python -m bench.bounds readings   every reading of "share of the hindsight bound", against the published references

DATA names the folder of cards where it is not beside the project.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from bench.importing import folder_of_cards
from bench.rounds import Line, show
from zhixuan.analytics.forecasting.series import Matrix, Vector
from zhixuan.analytics.ordering.readings import Reading
from zhixuan.analytics.reading import read_history
from zhixuan.analytics.simulation.past import Past, past_of
from zhixuan.analytics.simulation.replay import Sharing, Terms, by_product, hindsight
from zhixuan.analytics.simulation.scarcity import WARM_UP, Shared, course_of, played
from zhixuan.analytics.simulation.ways_to_share import FAIR_SHARE, GREEDY, OURS, PROPORTIONAL, ways_to_share
from zhixuan.rules.periods import Month

PLAYED: Final = Month(2017, 10), Month(2019, 9)
LITTLE, LEAST = 0.85, 0.6
OF_BOUND, SHORT_MONTHS, WORST_TENTH = 0.974, 0.82, 0.645
PUBLISHED: Final = {FAIR_SHARE: 0.967, PROPORTIONAL: 0.968, GREEDY: 0.974}
WAYS = Mapping[str, Sharing]


@cache
def _stage() -> tuple[Past, WAYS]:
    past = past_of(read_history(Path(folder_of_cards()) / "logistics.csv"), *PLAYED, Reading.IMPUTED)
    return past, ways_to_share(past, Terms(1), lambda done, total: None)


def lines() -> list[Line]:
    """Each way at both supplies; ours held to the bars."""
    past, ways = _stage()
    found = []
    for supply in (LITTLE, LEAST):
        shared = {one.name: one for one in played(past, Terms(1), supply, ways)}
        for name, one in shared.items():
            figure = f"{one.worth.fill_volume:.1%} served, short in {one.worth.short_months:.1%} of months"
            found.append(Line(f"{supply:.0%}, {name}", figure, f"worst tenth {one.worth.worst_tenth:.3f}"))
        found += _bars(supply, shared[OURS], shared[FAIR_SHARE])
    return found


def _bars(supply: float, ours: Shared, fair: Shared) -> Iterator[Line]:
    if supply == LITTLE:
        met = ours.of_bound >= OF_BOUND
        yield Line("of the hindsight bound", f"{ours.of_bound:.4f}", f"{fair.of_bound:.4f}", None, f"{OF_BOUND}", met)
        ratio = ours.worth.short_months / fair.worth.short_months
        figures = f"{ours.worth.short_months:.1%}", f"{fair.worth.short_months:.1%}"
        yield Line("short months, against fair share", *figures, ratio, f"{SHORT_MONTHS}x", ratio <= SHORT_MONTHS)
    least = WORST_TENTH if supply == LITTLE else fair.worth.worst_tenth
    met = ours.worth.worst_tenth >= least
    figures = f"{ours.worth.worst_tenth:.3f}", f"{fair.worth.worst_tenth:.3f}"
    yield Line(f"worst-served tenth at {supply:.0%}", *figures, None, f"{least:.3f}", met)


@dataclass(frozen=True)
class Sums:
    """Products x months: what was wanted, what the shelf's own first stock serves of it, the first stock, supply."""

    demand: Matrix
    own: Matrix
    stock: Vector
    supply: Matrix


def readings() -> list[Line]:
    """Way by way under every reading, with the largest distance from the published references."""
    past, ways = _stage()
    demand = by_product(past.demand, past.product)
    own = np.diff(np.minimum(np.cumsum(past.demand, axis=1), past.start[:, None]), axis=1, prepend=0)
    stock = by_product(past.start[:, None], past.product)[:, 0]
    steady = np.repeat(demand.mean(axis=1, keepdims=True), demand.shape[1], axis=1)
    found = []
    for about, wanted in (("the same every month", steady), ("of that month's demand", demand)):
        sums = Sums(demand, by_product(own, past.product), stock, wanted * LITTLE)
        served = {name: course_of(past, Terms(1), sums.supply, way).served.sum(axis=0) for name, way in ways.items()}
        for which, best, first in _bounds(sums):
            shares = {name: float(one[first:].sum() / best) for name, one in served.items()}
            off = max(abs(shares[name] - value) for name, value in PUBLISHED.items())
            figure = ", ".join(f"{name} {share:.4f}" for name, share in shares.items())
            found.append(Line(f"supply {about}; {which}", figure, f"off by {off:.4f}"))
    return found


def _bounds(sums: Sums) -> Iterator[tuple[str, float, int]]:
    """A reading, the pieces of its optimum, and the first month counted."""
    nothing = np.zeros_like(sums.stock)
    for lead in (1, 0):
        after = "lead kept" if lead else "no lead"
        pooled = hindsight(sums.demand, sums.stock, sums.supply, lead)
        apart = sums.own.sum(axis=0) + hindsight(sums.demand - sums.own, nothing, sums.supply, lead)
        for how, best in (("pooled", pooled), ("on its own shelf", apart)):
            yield f"first stock {how}, {after}, all months", best.sum(), 0
            yield f"first stock {how}, {after}, cut to the scored", best[WARM_UP:].sum(), WARM_UP
        kept = sums.stock + sums.supply[:, : WARM_UP - lead].sum(axis=1)
        arriving = sums.supply[:, WARM_UP - lead : sums.supply.shape[1] - lead]
        solved = hindsight(sums.demand[:, WARM_UP:], kept, arriving, 0)
        yield f"everything kept for the scored, {after}", solved.sum(), WARM_UP
    alone = hindsight(sums.demand[:, WARM_UP:], nothing, sums.supply[:, WARM_UP:], 0).sum()
    yield "the scored months alone, no first stock, no lead", alone, WARM_UP


def main(words: Sequence[str]) -> int:
    if not folder_of_cards():
        sys.stdout.write("skipped: no data\n")
    elif words == ["readings"]:
        sys.stdout.write(show("Readings of the bound at 85 %, off from the published references", readings()) + "\n")
    else:
        sys.stdout.write(show("Sharing what is scarce, measured now; floor: fair share", lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
