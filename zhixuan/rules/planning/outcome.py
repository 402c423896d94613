"""What an allocation comes to: how well places are served, before it and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhixuan.rules.planning.place_facts import PlaceFacts, Settings, cover_of, need_of

WORST_SHARE: Final = 0.1
"""Nine of ten lines are served at least so much."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Over the lines whose need is known.

    Args:
        given: pieces given out.
        served: share of expected need that is expected to be satisfied until the next delivery; None without any need.
        worst_tenth: the same of the line that nine of ten are served better than; lines count equally.
        stockouts: lines expected to run out before their next delivery: the sum of their chances.
        lines: how many lines have a need.
        lowest_area: the fewest months of stock that an area has in one product; None where nothing is used.
    """

    given: int
    served: float | None
    worst_tenth: float | None
    stockouts: float
    lines: int
    lowest_area: Fraction | None


def outcome_of(facts: Sequence[PlaceFacts], pieces: Sequence[int], settings: Settings) -> Outcome:
    """What comes of giving so many pieces to each line.

    Args:
        pieces: of each line, in the order of the facts; zeros for how things stand before.
    """
    import numpy as np

    from zhixuan.rules.planning.need import Need

    rows = [row for row, one in enumerate(facts) if one.per_month]
    lowest = lowest_area(facts, pieces)
    if not rows:
        return Outcome(sum(pieces), None, None, 0.0, 0, lowest)
    need = Need(np.array([need_of(facts[row], cover_of(facts[row], settings)) for row in rows]))
    held = np.array([float(max(0, facts[row].there) + pieces[row]) for row in rows])
    satisfied, mean = need.satisfied(held), need.mean
    return Outcome(
        given=sum(pieces),
        served=float(satisfied.sum() / mean.sum()),
        worst_tenth=float(np.quantile(satisfied / mean, WORST_SHARE)),
        stockouts=float(need.short_chance(held).sum()),
        lines=len(rows),
        lowest_area=lowest,
    )


def lowest_area(facts: Sequence[PlaceFacts], pieces: Sequence[int]) -> Fraction | None:
    """Months of stock of the area and product that has the fewest."""
    held: dict[tuple[int, int], int] = {}
    used: dict[tuple[int, int], Fraction] = {}
    for one, given in zip(facts, pieces, strict=True):
        if one.per_month:
            key = (one.area, one.product)
            held[key] = held.get(key, 0) + one.there + given
            used[key] = used.get(key, Fraction(0)) + one.per_month
    return min((held[key] / used[key] for key in used), default=None)
