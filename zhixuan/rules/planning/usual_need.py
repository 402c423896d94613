"""How much a place may need, from its average monthly use and how wide of it need runs, or from a stored forecast.

The shares were measured on public stock cards of contraceptives (1,357 series of 155 places, 45 months, gaps filled):
demand of two months over twice the average of the three months before. Small places are less steady than large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from zhixuan.rules.planning.need import Matrix, Vector

    Cube = npt.NDArray[np.float64]

Quantiles = tuple[float, ...]
"""Pieces at the probabilities of `need.LEVELS`."""

SPREAD: Final[tuple[tuple[float, Quantiles], ...]] = (
    (2, (0.0, 1.5, 4.5, 9.0, 15.0)),
    (5, (0.0, 1.05, 2.45, 3.75, 6.0)),
    (20, (0.15, 0.97, 1.69, 2.44, 3.37)),
    (100, (0.17, 0.87, 1.32, 1.69, 2.14)),
    (float("inf"), (0.21, 0.83, 1.14, 1.38, 1.54)),
)
"""Below which monthly use, which share of it at each probability."""


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """What a stored forecast says of one month at a place: its mean and quantiles, pieces."""

    mean: float
    quantiles: Quantiles


def need_by_use(per_month: Vector, months: Vector) -> Matrix:
    """n x quantiles of need over so many months, from average monthly use; all 0 where nothing is used."""
    import numpy as np

    edges = [below for below, _shares in SPREAD[:-1]]
    shares = np.array([shares for _below, shares in SPREAD])
    found: Matrix = shares[np.searchsorted(edges, per_month, side="right")] * (per_month * months)[:, None]
    return found


def need_by_forecast(ahead: Cube, months: Vector) -> Matrix:
    """n x quantiles of need over so many months, from forecasts month by month; the last month goes on where it ends.

    Months are added as if a high one were followed by another high one, which is on the careful side.

    Args:
        ahead: n x months x quantiles.

    Raises:
        ValueError: no month at all.
    """
    import numpy as np

    count, told, levels = ahead.shape
    if not told:
        raise ValueError("a forecast has at least one month")
    total: Matrix = np.zeros((count, levels))
    for month in range(told):
        part = np.maximum(months - month, 0)
        if month < told - 1:
            part = np.minimum(part, 1)
        total += part[:, None] * ahead[:, month, :]
    return total


def mean_by_forecast(ahead: Sequence[MonthAhead]) -> Fraction:
    """Mean monthly need of the months that the forecast tells of."""
    return Fraction(sum(one.mean for one in ahead) / len(ahead)).limit_denominator(1000)
