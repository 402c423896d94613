"""How much a place may need: a distribution through a few quantiles, and what a quantity would satisfy of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

LEVELS: Final = (0.1, 0.5, 0.8, 0.9, 0.95)
TAIL: Final = 1.25
"""What is beyond the highest quantile ends at this many times that quantile (at least one piece further)."""


@dataclass(frozen=True)
class Need:
    """Demand of each of n places over the time to be covered, in pieces.

    The distribution function runs straight between 0, the given quantiles and the end of the tail.

    Args:
        quantiles: n x levels, rising along each row; pieces, 0 or more.
        levels: their probabilities, rising, each between 0 and 1.
    """

    quantiles: Matrix
    levels: tuple[float, ...] = LEVELS

    def __post_init__(self) -> None:
        if self.quantiles.ndim != 2 or self.quantiles.shape[1] != len(self.levels):
            raise ValueError(f"{self.quantiles.shape} is not places x {len(self.levels)} quantiles")
        if not np.isfinite(self.quantiles).all() or (self.quantiles < 0).any():
            raise ValueError("a need is a number of pieces, 0 or more")
        if (np.diff(self.quantiles, axis=1) < 0).any():
            raise ValueError("the quantiles of a need rise")

    @property
    def knots(self) -> Matrix:
        """Where the distribution function bends: n x (levels + 2)."""
        first = np.zeros((len(self.quantiles), 1))
        last = np.maximum(self.quantiles[:, -1:] * TAIL, self.quantiles[:, -1:] + 1)
        return np.hstack([first, self.quantiles, last])

    @property
    def heights(self) -> Vector:
        """The probabilities at the knots."""
        return np.array([0.0, *self.levels, 1.0])

    @property
    def mean(self) -> Vector:
        """Expected demand of each place."""
        return self.satisfied(self.knots[:, -1])

    def satisfied(self, pieces: Vector) -> Vector:
        """Expected demand satisfied by so many pieces at each place: the integral of 1 - F from 0. Concave, rising."""
        knots, heights = self.knots, self.heights
        left, right = knots[:, :-1], knots[:, 1:]
        width = right - left
        reached = np.clip(pieces[:, None] - left, 0, width)
        slope = np.divide(np.diff(heights)[None, :], width, out=np.zeros_like(width), where=width > 0)
        served: Vector = (reached * (1 - heights[None, :-1]) - slope * reached**2 / 2).sum(axis=1)
        return served

    def short_chance(self, pieces: Vector) -> Vector:
        """How likely so many pieces at each place are too few: 1 - F."""
        knots, heights = self.knots, self.heights
        rows = np.arange(len(knots))
        left = np.clip((pieces[:, None] >= knots).sum(axis=1) - 1, 0, len(heights) - 2)
        start, width = knots[rows, left], knots[rows, left + 1] - knots[rows, left]
        share = np.divide(pieces - start, width, out=np.ones(len(knots)), where=width > 0)
        found: Vector = 1 - (heights[left] + np.clip(share, 0, 1) * np.diff(heights)[left])
        return found
