"""Policies tried on a past of one's own: how long it must be, and what may be asked."""

from __future__ import annotations

from typing import Final

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused, raise_all

MONTHS_BEFORE: Final = 12
"""Known before the first month played: what a level is learned from."""
MONTHS_PLAYED: Final = 12
"""Fewer show one season only."""
MONTHS_NEEDED: Final = MONTHS_BEFORE + MONTHS_PLAYED
LEAD_MAX: Final = 12
REVIEW_MAX: Final = 6
SHELF_LIFE_LEAST: Final = 6
SHELF_LIFE_MOST: Final = 120


def check_terms(*, lead: int, review: int, shelf_life: int) -> None:
    """Months from an order to its arrival, between two orders, and that goods keep.

    Raises:
        Refused: one of them is out of bounds; all at once.
    """
    bounds = {
        "lead": (lead, 0, LEAD_MAX),
        "review": (review, 1, REVIEW_MAX),
        "shelf_life": (shelf_life, SHELF_LIFE_LEAST, SHELF_LIFE_MOST),
    }
    raise_all(
        Refused(N_("Enter {least} to {most} months."), field=name, least=least, most=most)
        for name, (months, least, most) in bounds.items()
        if not least <= months <= most
    )


def check_played(since: Month, until: Month, newest: Month) -> None:
    """The months that are to be played again.

    Raises:
        Refused: not over yet, the wrong way round, or fewer than twelve.
    """
    if until > newest:
        raise Refused(N_("The newest full month is {month}. Choose it or an earlier one."), field="until", month=newest)
    if _count(since, until) < MONTHS_PLAYED:
        raise Refused(
            N_("Choose at least {months} months: fewer show one season only."), field="since", months=MONTHS_PLAYED
        )


def check_history(oldest: Month | None, since: Month, until: Month) -> None:
    """The books reach back far enough.

    Args:
        oldest: the first month of any card; None where there is none.

    Raises:
        Refused: with how much there is, how much is needed, and when there will be enough.
    """
    if oldest is None:
        raise Refused(N_("No place of this area has any movement until {month}."), month=until)
    if oldest.plus(MONTHS_BEFORE) <= since:
        return
    there = max(0, _count(oldest, until))
    if there < MONTHS_NEEDED:
        raise Refused(
            N_(
                "The books of this area begin with {oldest}: {there} months until {until}. {needed} are needed, "
                "{before} to learn from and {played} to play again. There will be enough with the end of {enough}, "
                "or as soon as older stock cards have been imported."
            ),
            code="short_history",
            field="since",
            oldest=oldest,
            there=there,
            until=until,
            needed=MONTHS_NEEDED,
            before=MONTHS_BEFORE,
            played=MONTHS_PLAYED,
            enough=oldest.plus(MONTHS_NEEDED - 1),
        )
    raise Refused(
        N_("The books begin with {oldest}; {before} months are learned from, so begin with {first} or later."),
        field="since",
        oldest=oldest,
        before=MONTHS_BEFORE,
        first=oldest.plus(MONTHS_BEFORE),
    )


def _count(first: Month, last: Month) -> int:
    return last.ordinal - first.ordinal + 1
