"""The service level of an area: in what share of the coming times a level should be enough, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhixuan.rules.refusal import N_, Refused

USUAL_SERVICE: Final = 0.88
"""Where nobody has chosen."""
LEAST_SERVICE: Final = 0.70
MOST_SERVICE: Final = 0.97
"""Beyond them nothing was learned from, so that nothing can be said."""
RARELY: Final = 1000
"""A shortage rarer than one in so many is called none: the past that was played has hardly more months."""
SAME: Final = 0.005


@dataclass(frozen=True, slots=True)
class Cost:
    """One way to order against another.

    Args:
        stock: average stock more (+) or less (-), as a share of the other's; None where the other holds none.
        one_in, one_in_before: of so many months of a product at a place, one was short; None for none.
    """

    stock: float | None
    one_in: int | None
    one_in_before: int | None

    @property
    def same_stock(self) -> bool:
        return self.stock is not None and abs(self.stock) < SAME


def cost_against(stock: float, short: float, *, stock_before: float, short_before: float) -> Cost:
    """What one way to order costs in stock, and what it brings.

    Args:
        stock: average stock, in any unit that is the same for both; `short`: share of months that were short, 0 to 1.
    """
    more = (stock - stock_before) / stock_before if stock_before > 0 else None
    return Cost(more, one_in(short), one_in(short_before))


def one_in(share: float) -> int | None:
    """0.025 is one in 40; None where it is rarer than `RARELY`."""
    return round(1 / share) if share * RARELY >= 1 else None


def check_service(service: float, *, field: str = "service") -> None:
    """A service level that levels can be worked out for.

    Raises:
        Refused: it lies outside what was learned.
    """
    if not LEAST_SERVICE <= service <= MOST_SERVICE:
        raise Refused(
            N_("Choose a service level from {least} to {most} %."),
            field=field,
            code="service",
            least=round(LEAST_SERVICE * 100),
            most=round(MOST_SERVICE * 100),
        )
