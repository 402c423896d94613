"""Sharing out what a store has among the places it feeds: by norm; in a shortage fairly, and able to say why.

Shortage (domain.md 4.4): first every place up to its emergency point, then by use, remainders to the largest fraction.
How well a place does in anything else never counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from zhixuan.rules.orders.suggesting import Suggestion
from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.levels import ship_packs


class Why(StrEnum):
    """How a share came about."""

    FULL = "full"
    SHORT = "short"
    EMERGENCY_ONLY = "emergency_only"
    ENOUGH = "enough"
    UNKNOWN_USE = "unknown_use"


SENTENCES: Final[Mapping[Why, str]] = {
    Why.FULL: N_(
        "Uses {use} a month, should hold {months} months; {on_hand} there, {coming} on the way or asked for: gets "
        "{pieces}."
    ),
    Why.SHORT: N_(
        "Needs {needed}, and there is too little for all: everyone up to the emergency point first, the rest by use. "
        "Gets {pieces}."
    ),
    Why.EMERGENCY_ONLY: N_(
        "Needs {needed}, and there is not even enough for every emergency point. Gets {pieces}, by use."
    ),
    Why.ENOUGH: N_("Has enough: {on_hand} there, {coming} on the way or asked for. Gets nothing."),
    Why.UNKNOWN_USE: N_("Its use is not known yet: enter a quantity by hand where it needs one."),
}
FULL_BY_LEVEL: Final = N_(
    "Is filled up to {level} (service level {percent} %, from the forecast of {made_on}); {on_hand} there, {coming} on "
    "the way or asked for: gets {pieces}."
)
"""Instead of that of FULL where a level by a forecast holds."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one place wants of one product.

    Args:
        place: any key.
        emergency_months: months of stock below which the place is in an emergency.
    """

    place: int
    suggestion: Suggestion
    emergency_months: Fraction

    @property
    def coming(self) -> int:
        return self.suggestion.terms.in_transit + self.suggestion.terms.asked

    def packs(self, pack: int) -> int:
        """Whole packs to its level or norm; none while the use is not known."""
        return ship_packs(self.suggestion.needed or 0, pack)

    @property
    def weight(self) -> Fraction:
        """Monthly use; where none was seen lately and a forecast expects some, what its level comes to a month."""
        terms = self.suggestion.terms
        if terms.per_month or terms.level is None:
            return terms.per_month or Fraction(0)
        return terms.level.pieces / terms.norm_months

    def urgent_packs(self, pack: int) -> int:
        """Whole packs to its emergency point."""
        terms = self.suggestion.terms
        lowest = ceil((terms.per_month or 0) * self.emergency_months)
        return min(self.packs(pack), ship_packs(max(0, lowest - terms.on_hand - self.coming), pack))


@dataclass(frozen=True, slots=True)
class Share:
    place: int
    pieces: int
    needed: int | None
    why: Why


def share_out(needs: Sequence[Need], available_pieces: int, pack: int) -> tuple[Share, ...]:
    """Whole packs for every place, never more than there is, never more than it needs.

    Args:
        pack: pieces in a pack, one or more.

    Returns:
        One share a place, in their order. In a shortage all whole packs there are go out.
    """
    there = max(0, available_pieces) // pack
    wanted = [need.packs(pack) for need in needs]
    weights = [need.weight for need in needs]
    if sum(wanted) <= there:
        return tuple(_share(need, packs * pack, Why.FULL) for need, packs in zip(needs, wanted, strict=True))
    urgent = [need.urgent_packs(pack) for need in needs]
    if sum(urgent) > there:
        given, why = in_proportion(there, weights, urgent), Why.EMERGENCY_ONLY
    else:
        rest = [want - first for want, first in zip(wanted, urgent, strict=True)]
        more = in_proportion(there - sum(urgent), weights, rest)
        given, why = [first + then for first, then in zip(urgent, more, strict=True)], Why.SHORT
    return tuple(_share(need, packs * pack, why) for need, packs in zip(needs, given, strict=True))


def _share(need: Need, pieces: int, why: Why) -> Share:
    needed = need.suggestion.needed
    if needed is None:
        return Share(need.place, 0, None, Why.UNKNOWN_USE)
    return Share(need.place, pieces, needed, Why.ENOUGH if needed == 0 else why)


def in_proportion(total: int, weights: Sequence[Fraction], most: Sequence[int]) -> list[int]:
    """Share `total` whole things by weight, none above its most; what nobody may take is left.

    Remainders go to the largest fraction, ties to the earlier one.
    """
    given = [0] * len(most)
    active = [index for index, top in enumerate(most) if top > 0 and weights[index] > 0]
    left = min(total, sum(most[index] for index in active))
    while active and left:
        whole = sum((weights[index] for index in active), Fraction(0))
        quota = {index: left * weights[index] / whole for index in active}
        full = [index for index in active if quota[index] >= most[index]]
        if not full:
            return _largest_remainders(given, quota, left)
        for index in full:
            given[index] = most[index]
            left -= most[index]
        active = [index for index in active if index not in full]
    return given


def _largest_remainders(given: list[int], quota: Mapping[int, Fraction], left: int) -> list[int]:
    for index, exact in quota.items():
        given[index] = int(exact)
    rest = left - sum(int(exact) for exact in quota.values())
    for index in sorted(quota, key=lambda one: (int(quota[one]) - quota[one], one))[:rest]:
        given[index] += 1
    return given
