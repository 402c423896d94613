"""Up to how many pieces a place is filled: to a level by a forecast where one holds, else to its norm.

One function for the figure, so that lists of stock, suggestions of orders and allocation plans say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from zhixuan.rules.periods import Month

GOOD_FOR_MONTHS: Final = 6
"""A forecast whose newest records are older says less than the use of the latest months (project choice)."""


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


def oldest_good(today: date) -> Month:
    """The month until which the records of a forecast must reach, at least."""
    return Month.of(today).plus(-GOOD_FOR_MONTHS)


def filled_to(per_month: Fraction | None, norm_months: Fraction, level: OrderLevel | None = None) -> Fraction | None:
    """The level where one holds, else average monthly use x months of the norm; pieces. None: use is not known."""
    if level is not None:
        return Fraction(level.pieces)
    return None if per_month is None else per_month * norm_months


def months_filled(per_month: Fraction | None, norm_months: Fraction, level: OrderLevel | None = None) -> Fraction:
    """The same in months of use, for sums that reckon in months; the norm where nothing is used."""
    pieces = filled_to(per_month, norm_months, level)
    return pieces / per_month if pieces is not None and per_month else norm_months
