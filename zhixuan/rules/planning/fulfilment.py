"""How far a year's plan is carried out: what came and what was used, against what was approved and needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhixuan.rules.planning.demand import MONTHS_A_YEAR


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Of one line, or of many together; pieces. None: nothing was said.

    Args:
        first: as it was sent in the first time.
        approved: as it was approved.
        need: of the year, by the way that stands.
        received: from a supplier or another place, less what that undid.
        passed_on: to other places, returns among them; it stands in the lines of those places.
        used: handed out there, less what came back.
    """

    first: int | None
    approved: int | None
    need: Fraction
    received: int = 0
    passed_on: int = 0
    used: int = 0

    @property
    def delivered(self) -> int:
        """What came to stay: the same pieces are never counted at two places."""
        return self.received - self.passed_on

    @property
    def delivered_share(self) -> Fraction | None:
        """Of what was approved; nothing where more was passed on than came."""
        return share(max(0, self.delivered), self.approved)

    @property
    def used_share(self) -> Fraction | None:
        """Of the need of the year."""
        return share(self.used, self.need)

    def __add__(self, other: Fulfilment) -> Fulfilment:
        return Fulfilment(
            first=_sum(self.first, other.first),
            approved=_sum(self.approved, other.approved),
            need=self.need + other.need,
            received=self.received + other.received,
            passed_on=self.passed_on + other.passed_on,
            used=self.used + other.used,
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return one if other is None else other + (one or 0)


def share(part: int, whole: Fraction | int | None) -> Fraction | None:
    """Part of a whole; None where there is no whole."""
    return Fraction(part) / whole if whole else None


def months_over(year: int, today: date) -> int:
    """Full months of the year that are over by that day, 0 to 12."""
    return min(MONTHS_A_YEAR, max(0, (today.year - year) * MONTHS_A_YEAR + today.month - 1))


def is_behind(one: Fulfilment, months: int) -> bool:
    """Whether less of what was approved has been delivered than of the year is over."""
    reached = one.delivered_share
    return reached is not None and reached < Fraction(months, MONTHS_A_YEAR)
