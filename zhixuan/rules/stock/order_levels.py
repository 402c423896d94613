"""Up to how many pieces a place is filled: to a level by a forecast where one holds, else to its norm.

One function for the figure, so that lists of stock, suggestions of orders and allocation plans say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from zhixuan.rules.periods import Month

GOOD_FOR_MONTHS: Final = 6
"""A forecast whose newest records are older says less than the use of the latest months (project choice)."""


PARTS: Final = 1_000_000
"""Of a month: so exact are months that come of a level, since they are kept as text of limited length."""


@dataclass(frozen=True, slots=True)
class OrderLevel:
    """Pieces at hand, on the way and asked for together after an order, by a forecast.

    Args:
        service: share of place-months that are to be served in full; an officer chose it for the area.
        until: the newest month of the records that the forecast stands on.
        made_on: when the forecast was made.
    """

    pieces: int
    service: Decimal
    until: Month
    made_on: date

    def as_kept(self) -> dict[str, int | str]:
        """As it is kept with what it led to."""
        return {
            "pieces": self.pieces,
            "service": str(self.service),
            "until": str(self.until),
            "made_on": self.made_on.isoformat(),
        }


def oldest_good(today: date) -> Month:
    """The month until which the records of a forecast must reach, at least."""
    return Month.of(today).plus(-GOOD_FOR_MONTHS)


def filled_to(per_month: Fraction | None, norm_months: Fraction, level: OrderLevel | None = None) -> Fraction | None:
    """The level where one holds, else average monthly use x months of the norm; pieces. None: use is not known."""
    if level is not None:
        return Fraction(level.pieces)
    return None if per_month is None else per_month * norm_months


def months_filled(per_month: Fraction | None, norm_months: Fraction, level: OrderLevel | None = None) -> Fraction:
    """The same in months of use, for sums that reckon in months; the norm where nothing is used.

    A level is never more than it says, and less by so little that whole pieces come out the same.
    """
    if level is None or not per_month:
        return norm_months
    exact = level.pieces / per_month
    return Fraction(floor(exact * PARTS), PARTS) if exact < PARTS else Fraction(floor(exact))
