"""What a plan costs, in whole cents: which price holds where and when, and how it stands to the budgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from zhixuan.rules.planning.demand import is_below_budget
from zhixuan.rules.refusal import N_, Refused

CENTS_A_YUAN: Final = 100
CENTS_MAX: Final = 10**14
PRICED_PIECES_MAX: Final = 1_000_000
SOURCE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Price:
    """Of a product in an area and all below it, from a day on.

    Args:
        cents: for so many `pieces`: a piece may cost less than a cent.
        number: of two entered for the same day the later one, with the higher number, holds.
    """

    area_path: str
    cents: int
    pieces: int
    holds_from: date
    number: int
    source: str = ""


def price_that_holds(prices: Iterable[Price], *, area_path: str, on: date) -> Price | None:
    """The price of the nearest area that has one by that day, and of its prices the newest; None: nobody entered one.

    Args:
        prices: of one product.
    """
    holding = [one for one in prices if area_path.startswith(one.area_path) and one.holds_from <= on]
    return max(holding, key=lambda one: (len(one.area_path), one.holds_from, one.number), default=None)


def cost_of(pieces: int, price: Price) -> int:
    """Cents, a half rounded up."""
    return (2 * pieces * price.cents + price.pieces) // (2 * price.pieces)


class Standing(Enum):
    """How a plan stands to the budgets: to be pointed out, never refused."""

    OVER_BUDGET = N_("The plan costs more than the budget of its year.")
    BELOW_LAST = N_("The plan costs less than 85 % of last year's budget (national rule).")
    PRICES_MISSING = N_("Lines without a price: whether the plan keeps to the budget cannot be told yet.")


def standings(cost: int, *, complete: bool, budget: int | None, last_budget: int | None) -> list[Standing]:
    """What is to be said about the cost; all in cents.

    Args:
        complete: every line that asks for something has its price.
        budget: of the plan's year; None: nobody entered one.
        last_budget: of the year before.
    """
    said = []
    if budget is not None and cost > budget:
        said.append(Standing.OVER_BUDGET)
    if complete and last_budget is not None and is_below_budget(Decimal(cost), Decimal(last_budget)):
        said.append(Standing.BELOW_LAST)
    if not complete and not said and (budget is not None or last_budget is not None):
        said.append(Standing.PRICES_MISSING)
    return said


def objections(cents: int, source: str, *, pieces: int = 1) -> list[Refused]:
    """What is wrong with a price or budget; each names its field."""
    wrong = []
    if not 0 < cents <= CENTS_MAX:
        wrong.append(Refused(N_("An amount is more than nothing, to the cent."), field="yuan", code="amount"))
    if not 0 < pieces <= PRICED_PIECES_MAX:
        wrong.append(Refused(N_("Say for how many pieces the price is."), field="pieces", code="pieces"))
    if not source.strip():
        wrong.append(Refused(N_("Say where the amount comes from."), field="source", code="source_needed"))
    return wrong
