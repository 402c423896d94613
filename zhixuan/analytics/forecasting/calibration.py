"""How far the mean and the quantiles missed before, and what they are multiplied by so that they miss less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector

MODEL_SHARE: Final = 0.85
FACTORS: Final = tuple(float(factor) for factor in np.arange(0.8, 1.85, 0.05))
BELIEVED: Final = 0.75  # how much of what was off before is expected to be off again
LIFT_BOUNDS: Final = (0.8, 1.25)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quantile is `factor` times a mix: so much of the model, the rest of the series' own past."""

    model: float = MODEL_SHARE
    factor: float = 1.0

    def of(self, model: Matrix, own: Matrix) -> Matrix:
        return self.factor * (self.model * model + (1 - self.model) * own)


@dataclass(frozen=True)
class Miss:
    """One origin looked back upon: what was said and what came, series x horizon; NaN where nothing was recorded.

    `own`: quantiles of each series' own past (`simple.Empirical.past`).
    """

    mean: Matrix
    model: dict[float, Matrix]
    own: dict[float, Matrix]
    actual: Matrix
    scale: Vector


def lift_of(misses: Sequence[Miss]) -> float:
    """What the mean is multiplied by so that the total of all series would have been right, mostly."""
    said = sum(float(miss.mean[~np.isnan(miss.actual)].sum()) for miss in misses)
    came = sum(float(np.nansum(miss.actual)) for miss in misses)
    if said <= 0 or came <= 0:
        return 1.0
    return float(np.clip(1 + BELIEVED * (came / said - 1), *LIFT_BOUNDS))


def stretch_of(misses: Sequence[Miss], level: float) -> Stretch:
    """Three quarters of the way to the factor with the least pinball loss.

    Large series are dampened by the root of their mean month.
    Kinds of demand and products share one factor: factors of their own did not carry over to later origins.
    """
    tried = [Stretch(factor=factor) for factor in FACTORS]
    best = min(tried, key=lambda stretch: sum(_loss(miss, level, stretch) for miss in misses))
    return Stretch(factor=1 + BELIEVED * (best.factor - 1))


def pinball(actual: Matrix, quantile: Matrix, level: float) -> Matrix:
    """Loss of a quantile for each month; NaN where nothing was recorded."""
    miss = actual - quantile
    return np.asarray(np.where(miss > 0, level * miss, (level - 1) * miss) + actual * 0)


def _loss(miss: Miss, level: float, stretch: Stretch) -> float:
    said = stretch.of(miss.model[level], miss.own[level])
    return float(np.nansum(pinball(miss.actual, said, level) / np.sqrt(miss.scale)[:, None]))
