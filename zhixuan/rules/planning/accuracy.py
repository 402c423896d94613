"""How far off earlier forecasts were, once the months had come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zhixuan.rules.periods import Month

MONTHS_AT_LEAST: Final = 3
WRONG_FROM: Final = 0.5
"""A forecast whose months were missed by more than half of what was issued is one to look at."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a forecast said of a month, in pieces."""

    median: float
    mean: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`off`: sum of the median's errors over the pieces issued; `bias`: of the mean, above 0 too high. None where
    nothing was issued: an error relative to nothing says nothing."""

    months: int
    off: float | None
    bias: float | None

    @property
    def went_wrong(self) -> bool:
        return self.off is not None and self.months >= MONTHS_AT_LEAST and self.off > WRONG_FROM


def latest_said(forecasts: Sequence[tuple[Month, Mapping[Month, Said]]]) -> dict[Month, Said]:
    """Of each month, what the last forecast before it said; forecasts come with their first month, in any order."""
    found: dict[Month, Said] = {}
    for _first, months in sorted(forecasts, key=lambda one: one[0]):
        found |= months
    return found


def accuracy(said: Mapping[Month, Said], came: Mapping[Month, int]) -> Accuracy:
    """Compared over the months that both know."""
    both = said.keys() & came.keys()
    issued = sum(came[month] for month in both)
    if issued <= 0:
        return Accuracy(len(both), None, None)
    off = sum(abs(said[month].median - came[month]) for month in both) / issued
    bias = sum(said[month].mean - came[month] for month in both) / issued
    return Accuracy(len(both), off, bias)
