"""What a plan costs, to the cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.planning.cost import Price, Standing, cost_of, objections, price_that_holds, standings

JANUARY, JUNE = date(2027, 1, 1), date(2027, 6, 1)
COUNTY, TOWNSHIP = "/42/4201/", "/42/4201/420101/"


def a_price(
    area: str = COUNTY, cents: int = 100, holds_from: date = JANUARY, number: int = 1, pieces: int = 1
) -> Price:
    return Price(area, cents, pieces, holds_from, number)


def test_the_nearest_area_and_its_newest_price_hold() -> None:
    old, new, corrected = a_price(), a_price(holds_from=JUNE, number=2), a_price(holds_from=JUNE, number=3, cents=7)
    own, other = a_price(TOWNSHIP, number=4), a_price("/42/4202/", number=5)
    every = [corrected, other, new, old]
    assert price_that_holds(every, area_path=TOWNSHIP, on=JANUARY) == old
    assert price_that_holds(every, area_path=TOWNSHIP, on=JUNE) == corrected
    assert price_that_holds([*every, own], area_path=TOWNSHIP, on=JUNE) == own
    assert price_that_holds([*every, own], area_path=COUNTY, on=JUNE) == corrected
    assert price_that_holds(every, area_path=COUNTY, on=date(2026, 12, 31)) is None
    assert price_that_holds([], area_path=COUNTY, on=JUNE) is None


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(1, 1000))
def test_a_cost_is_within_half_a_cent(pieces: int, cents: int, per: int) -> None:
    found = cost_of(pieces, a_price(cents=cents, pieces=per))
    assert abs(found - Fraction(pieces * cents, per)) <= Fraction(1, 2)


def test_a_piece_may_cost_less_than_a_cent() -> None:
    assert cost_of(1000, a_price(cents=43, pieces=100)) == 430
    assert cost_of(1, a_price(cents=1, pieces=2)) == 1
    assert cost_of(1, a_price(cents=49, pieces=100)) == 0


@pytest.mark.parametrize(
    ("cost", "complete", "budget", "last", "said"),
    [
        (100, True, None, None, []),
        (100, True, 100, None, []),
        (101, False, 100, None, [Standing.OVER_BUDGET]),
        (85, True, None, 100, []),
        (84, True, None, 100, [Standing.BELOW_LAST]),
        (84, False, None, 100, [Standing.PRICES_MISSING]),
        (84, False, None, None, []),
    ],
)
def test_how_it_stands_to_the_budgets(
    cost: int, complete: bool, budget: int | None, last: int | None, said: list[Standing]
) -> None:
    assert standings(cost, complete=complete, budget=budget, last_budget=last) == said


def test_everything_wrong_is_said_at_once() -> None:
    assert [one.field for one in objections(0, " ", pieces=0)] == ["yuan", "pieces", "source"]
    assert objections(1, "decree") == []
