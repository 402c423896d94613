"""The level up to which a place is supplied: mostly what was learned from all places, the rest its own usual pace."""

from __future__ import annotations

from typing import Final

from zhixuan.rules.planning.need import Vector

LEARNED_SHARE: Final = 0.7
"""Of the learned quantile; the rest stands on the series' own pace, which no model can mislead."""
PACE_FACTOR: Final = 1.5
"""Months of the usual pace for each month to be covered."""


def level_of(quantile: Vector, per_month: Vector, months: int) -> Vector:
    """Pieces, 0 or more; not yet rounded.

    Args:
        quantile: of the demand over the months to be covered together, pieces.
        per_month: usual monthly demand, pieces.
        months: lead time and the time between two orders together.

    Raises:
        ValueError: no month to be covered.
    """
    if months < 1:
        raise ValueError("at least one month is to be covered")
    level: Vector = LEARNED_SHARE * quantile + (1 - LEARNED_SHARE) * PACE_FACTOR * months * per_month
    return level
