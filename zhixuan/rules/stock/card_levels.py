"""What is usual for a series of monthly quantities, and what is far from it: robust, and on a logarithmic scale.

Demand is skewed and proportional: twice the usual matters as much upwards as half does downwards. So the deviation of
a value is its modified z-score (Iglewicz and Hoaglin, 1993) on natural logarithms of the values above zero:
0.6745 x (ln x - median) / MAD; where more than half the values are equal (MAD 0) the mean absolute deviation x 1.2533
stands in for MAD / 0.6745. A change of unit (boxes written for pieces) shows as a far value whose ratio to the median
is close to a pack size or to one pack-th.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean, median
from typing import Final

UNIT_FACTORS: Final = (10, 12, 100, 144)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a value is called far from usual.

    Args:
        least_values: fewer values above zero than this say nothing.
        far_score: modified z-score beyond which a value is an outlier (3.5 in the literature).
        least_difference_pieces: a value nearer than this to the usual is never far: 1 for the usual 9 means nothing.
        unit_tolerance: how far a ratio may lie from a pack size, as a share of it.
    """

    least_values: int = 8
    far_score: float = 3.5
    least_difference_pieces: int = 20
    unit_tolerance: float = 0.08


@dataclass(frozen=True, slots=True)
class UsualLevel:
    """Median and spread of the logarithms of a series' values above zero."""

    centre: float
    spread: float
    values: int

    @property
    def typical(self) -> float:
        """The usual quantity, in pieces."""
        return exp(self.centre)

    def score(self, value: int) -> float:
        """Modified z-score of a value above zero; 0 in a series that never varies."""
        return (log(value) - self.centre) / self.spread if self.spread > 0 else 0.0


def usual_level(values: Sequence[int]) -> UsualLevel:
    """The level of the values above zero; an empty one (values 0) when there are none."""
    logs = [log(value) for value in values if value > 0]
    if not logs:
        return UsualLevel(0.0, 0.0, 0)
    centre = median(logs)
    distances = [abs(one - centre) for one in logs]
    spread = median(distances) / 0.6745
    if spread <= 1e-12:
        spread = 1.253314 * fmean(distances)
    return UsualLevel(centre, spread, len(logs))


def is_far(value: int, level: UsualLevel, thresholds: Thresholds) -> bool:
    """Whether a value is an outlier of its series; values of zero or below are judged elsewhere."""
    if value <= 0 or level.values < thresholds.least_values:
        return False
    if abs(value - level.typical) < thresholds.least_difference_pieces:
        return False
    return abs(level.score(value)) > thresholds.far_score


def unit_factor(value: int, level: UsualLevel, thresholds: Thresholds) -> int | None:
    """The pack size by which a far value seems multiplied (+) or divided (-); None when it fits none."""
    ratio = value / level.typical
    for factor in UNIT_FACTORS:
        for signed, exact in ((factor, float(factor)), (-factor, 1 / factor)):
            if abs(ratio / exact - 1) <= thresholds.unit_tolerance:
                return signed
    return None
