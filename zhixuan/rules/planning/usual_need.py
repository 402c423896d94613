"""How much a place may need, from its average monthly use and how wide of it need runs, or from a stored forecast.

The shares were measured on public stock cards of contraceptives (1,357 series of 155 places, 45 months, gaps filled):
demand of two months over twice the average of the three months before. Small places are less steady than large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

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


def need_by_use(per_month: Fraction, months: Fraction) -> Quantiles:
    """Quantiles of need over so many months, from average monthly use; all 0 where nothing is used."""
    usual, whole = float(per_month), float(per_month * months)
    shares = next(shares for below, shares in SPREAD if usual < below)
    return tuple(share * whole for share in shares)


def need_by_forecast(ahead: Sequence[MonthAhead], months: Fraction) -> Quantiles:
    """Quantiles of need over so many months, from a forecast month by month; the last month goes on where it ends.

    Months are added as if a high one were followed by another high one, which is on the careful side.

    Raises:
        ValueError: no month at all.
    """
    if not ahead:
        raise ValueError("a forecast has at least one month")
    total = [0.0] * len(ahead[0].quantiles)
    for month in range(-(-months.numerator // months.denominator)):
        part = float(min(Fraction(1), months - month))
        for at, pieces in enumerate(ahead[min(month, len(ahead) - 1)].quantiles):
            total[at] += part * pieces
    return tuple(total)


def mean_by_forecast(ahead: Sequence[MonthAhead]) -> Fraction:
    """Mean monthly need of the months that the forecast tells of."""
    return Fraction(sum(one.mean for one in ahead) / len(ahead)).limit_denominator(1000)
