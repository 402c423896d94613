"""How much a place asks for in a year: R = max(0, N + T - S - O), every term in sight (domain 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

MONTHS_A_YEAR: Final = 12
UNLIKE_SHARE: Final = Fraction(1, 5)
"""The 20 % rule: a need that differs more than this from twelve times the average use is to be explained."""
BUDGET_SHARE: Final = Fraction(85, 100)
"""Orders below this share of last year's budget are pointed out (national rule, source S6 of the domain notes)."""


class Method(StrEnum):
    """Where the year's need comes from; manuals of quantification ask to see them side by side."""

    CONSUMPTION = "consumption"
    USERS = "users"
    FORECAST = "forecast"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the quantity to ask for is worked out from; pieces unless said otherwise.

    Args:
        need: N, of the plan's year.
        turnover_months: what should still stand in store at its end.
        per_month: average monthly use.
        stock: S, usable at the start of the year: what expires before it could be used is not counted.
        on_order: O, ordered or on its way.
        pieces_per_pack: quantities are asked for in whole packs.
    """

    need: Fraction
    turnover_months: Fraction
    per_month: Fraction
    stock: int
    on_order: int
    pieces_per_pack: int = 1

    @property
    def turnover(self) -> Fraction:
        """T: average monthly use times the months of the norm."""
        return self.per_month * self.turnover_months

    @property
    def shortfall(self) -> Fraction:
        """N + T - S - O before rounding, never below zero."""
        return max(Fraction(0), self.need + self.turnover - self.stock - self.on_order)

    @property
    def requested(self) -> int:
        """R in pieces: the shortfall, rounded up to whole packs."""
        return ceil(self.shortfall / self.pieces_per_pack) * self.pieces_per_pack


def need_of_users(users: Fraction, pieces_per_user_year: Fraction) -> Fraction:
    """N = U x Q. Raises ValueError below zero."""
    if users < 0 or pieces_per_user_year < 0:
        raise ValueError("users and quotas are 0 or more")
    return users * pieces_per_user_year


def need_of_use(per_month: Fraction) -> Fraction:
    """N = 12 x average monthly use."""
    return per_month * MONTHS_A_YEAR


def is_unlike_use(need: Fraction, per_month: Fraction, *, share: Fraction = UNLIKE_SHARE) -> bool:
    """Whether |N - 12 AMC| / (12 AMC) is more than the share; without any use, whether anything is needed at all."""
    usual = need_of_use(per_month)
    if usual == 0:
        return need > 0
    return abs(need - usual) / usual > share


def is_below_budget(ordered: Decimal, last_budget: Decimal, *, share: Fraction = BUDGET_SHARE) -> bool:
    """Whether the money ordered for stays below the share of last year's budget: to be pointed out, never refused."""
    return Fraction(ordered) < share * Fraction(last_budget)


def usable_at_start(lots: Sequence[tuple[int, Fraction]], per_month: Fraction) -> int:
    """Pieces that will have been used before they expire, first expiry first.

    Args:
        lots: pieces and months until expiry, next expiry first.
        per_month: average monthly use; 0 leaves everything usable, since nobody knows better.
    """
    if per_month <= 0:
        return sum(pieces for pieces, _months in lots)
    used = Fraction(0)
    for pieces, months in lots:
        used = min(used + pieces, max(used, per_month * max(months, Fraction(0))))
    return int(used)
