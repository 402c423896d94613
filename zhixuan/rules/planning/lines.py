"""One line of a demand plan: what the system proposes, and what a person may make of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.planning.demand import Terms, is_unlike_use, need_of_use
from zhixuan.rules.refusal import N_, Refused


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """Monthly use of a product at a place; pieces.

    Args:
        passed: all that left the place's store, to clients and to the places it feeds.
        below: what the places that it feeds used, where they have lines of their own.
    """

    passed: Fraction
    below: Fraction

    @property
    def own(self) -> Fraction:
        """What the place itself hands out: the use below stands in the lines of the places below."""
        return max(Fraction(0), self.passed - self.below)


def terms_of(use: PlaceUse, *, norm_months: Fraction, stock: int, on_the_way: int, pack: int) -> Terms:
    """The terms of R: need from own use, turnover from all that passes through the store."""
    return Terms(need_of_use(use.own), norm_months, use.passed, stock, on_the_way, pack)


def is_unlike(pieces: int, terms: Terms, own_use: Fraction) -> bool:
    """The 20 % rule on what was decided: whether the need that the quantity stands for is unlike twelve months' use.

    A quantity that is what the terms say never is: stock alone can cover a need.
    """
    if pieces == terms.requested:
        return False
    meant = pieces - terms.turnover + terms.stock + terms.on_order
    return is_unlike_use(max(Fraction(0), meant), own_use)


def check_change(pieces: int, reason: str, *, proposed: int, pack: int) -> None:
    """A quantity other than the proposed one is whole packs and has its reason.

    Raises:
        Refused: all that is wrong with it.
    """
    wrong = []
    if pieces < 0:
        wrong.append(Refused(N_("A quantity is 0 or more."), field="pieces", code="negative"))
    elif pieces % pack:
        wrong.append(
            Refused(
                N_("{pieces} is not a whole number of packs of {pack}. Enter {lower} or {higher}."),
                field="pieces",
                code="opened_pack",
                pieces=pieces,
                pack=pack,
                lower=pieces // pack * pack,
                higher=(pieces // pack + 1) * pack,
            )
        )
    if pieces != proposed and not reason.strip():
        wrong.append(
            Refused(
                N_("The system proposes {proposed}. Say why you plan another quantity."),
                field="reason",
                code="reason_needed",
                proposed=proposed,
            )
        )
    if wrong:
        raise Refused.many(wrong)
