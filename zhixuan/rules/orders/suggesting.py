"""How much to ask for: one sum, every term of it visible."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.levels import AverageUse, months_of_stock, order_quantity, ship_packs
from zhixuan.rules.stock.norms import Bounds
from zhixuan.rules.stock.order_levels import OrderLevel

MUCH: Final = Fraction(1, 5)
"""A quantity that differs from the suggestion by more than a fifth needs a reason (project choice)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the suggestion is made of, in pieces unless said otherwise.

    Args:
        per_month: average monthly use; None while it is not known.
        norm_months: stock that the place should hold at most, in months of use.
        asked: already asked for and not yet sent.
        periods: of how many months the use is the average; 0 where nobody knows.
        level: what the place is filled to by a forecast, instead of use x norm; None where none holds.
    """

    per_month: Fraction | None
    norm_months: Fraction
    on_hand: int
    in_transit: int
    asked: int
    pieces_per_pack: int
    periods: int = 0
    level: OrderLevel | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`needed` fills the place to its level or norm; `pieces` is that in whole packs. None: people decide, since use is
    not known."""

    terms: Terms
    needed: int | None
    pieces: int | None

    @property
    def packs(self) -> int | None:
        return None if self.pieces is None else self.pieces // self.terms.pieces_per_pack


@dataclass(frozen=True, slots=True)
class AskedLine:
    """So many pieces of a product, and why, when that differs much from the suggestion."""

    product_id: int
    asked: int
    reason: str = ""


def suggest(  # noqa: PLR0913 (the terms of the sum)
    use: AverageUse,
    bounds: Bounds,
    *,
    on_hand: int,
    in_transit: int,
    asked: int,
    pieces_per_pack: int,
    level: OrderLevel | None = None,
) -> Suggestion:
    """Use x norm, or the level by a forecast, - on hand - on the way - already asked, never below zero, up to whole
    packs.

    The sum is `levels.order_quantity` and nothing else, so that every screen says the same.
    """
    needed = order_quantity(use, bounds, on_hand_pieces=on_hand, in_transit_pieces=in_transit + asked, level=level)
    terms = Terms(use.per_month, bounds.max_months, on_hand, in_transit, asked, pieces_per_pack, use.periods, level)
    pieces = None if needed is None else ship_packs(needed, pieces_per_pack) * pieces_per_pack
    return Suggestion(terms, needed, pieces)


def differs_much(suggested: int | None, asked: int, *, pieces_per_pack: int = 1) -> bool:
    """More than a fifth away, and by more than one pack; nothing differs from an unknown suggestion."""
    if suggested is None:
        return False
    away = abs(asked - suggested)
    return away > pieces_per_pack and away > suggested * MUCH


def check_line(suggested: int | None, asked: int, reason: str, *, pieces_per_pack: int = 1, field: str = "") -> None:
    """A line may be asked for.

    Raises:
        Refused: a negative quantity, or one far from the suggestion without a reason.
    """
    if asked < 0:
        raise Refused(N_("Enter how many pieces, zero or more."), field=field)
    if differs_much(suggested, asked, pieces_per_pack=pieces_per_pack) and not reason.strip():
        raise Refused(
            N_("{suggested} are suggested. Say why you ask for {asked}."),
            field=field,
            code="reason_needed",
            suggested=suggested,
            asked=asked,
        )


def check_review(asked: int, approved: int, reason: str, *, field: str = "") -> None:
    """A line may be cut, raised or refused (0), with a reason.

    Raises:
        Refused: a negative quantity, or another than was asked without a reason.
    """
    if approved < 0:
        raise Refused(N_("Enter how many pieces, zero or more."), field=field)
    if approved != asked and not reason.strip():
        raise Refused(
            N_("{asked} were asked for. Say why it becomes {approved}."),
            field=field,
            code="reason_needed",
            asked=asked,
            approved=approved,
        )


def is_urgent(use: AverageUse, bounds: Bounds, on_hand: int) -> bool:
    """Nothing there, or below the emergency order point."""
    if on_hand <= 0:
        return True
    months = months_of_stock(on_hand, use).months
    return months is not None and months < bounds.emergency_months


def check_emergency(urgent: bool, reason: str) -> None:
    """An emergency order is never refused, it only says why: stock below the emergency point, or a reason.

    Raises:
        Refused: neither.
    """
    if not urgent and not reason.strip():
        raise Refused(
            N_("Nothing you ask for is below its emergency point. Say why it cannot wait."),
            field="reason",
            code="reason_needed",
        )
