"""The quantity to ask for, and the questions a plan must answer."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.planning import demand
from zhixuan.rules.planning.demand import Terms

CASES = [
    # need, turnover months, per month, stock, on order, pack: asked for
    ((1200, 1, 100, 300, 0, 10), 1000),
    ((1200, 2, 100, 300, 200, 10), 900),
    ((1200, 1, 100, 1300, 0, 10), 0),
    ((1200, 1, 100, 5000, 0, 10), 0),
    ((101, 0, 0, 0, 0, 10), 110),
    ((0, 0, 0, 0, 0, 1), 0),
]


@pytest.mark.parametrize(("numbers", "asked"), CASES)
def test_every_term_counts(numbers: tuple[int, ...], asked: int) -> None:
    need, months, per_month, stock, on_order, pack = numbers
    terms = Terms(Fraction(need), Fraction(months), Fraction(per_month), stock, on_order, pack)

    assert terms.requested == asked


@given(st.fractions(0, 10**6), st.fractions(0, 6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 500))
def test_it_is_in_whole_packs_and_never_more_than_a_pack_too_much(
    need: Fraction, months: Fraction, stock: int, on_order: int, pack: int
) -> None:
    terms = Terms(need, months, need / 12, stock, on_order, pack)

    assert terms.requested % pack == 0
    assert 0 <= terms.requested - terms.shortfall < pack


@pytest.mark.parametrize(
    ("need", "per_month", "unlike"),
    [
        (1200, 100, False),
        (1440, 100, False),
        (1441, 100, True),
        (960, 100, False),
        (959, 100, True),
        (5, 0, True),
        (0, 0, False),
    ],
)
def test_twenty_per_cent(need: int, per_month: int, unlike: bool) -> None:
    assert demand.is_unlike_use(Fraction(need), Fraction(per_month)) is unlike


def test_users_and_use_are_two_ways_to_the_same_need() -> None:
    assert demand.need_of_users(Fraction(10), Fraction(120)) == demand.need_of_use(Fraction(100))
    with pytest.raises(ValueError, match="0 or more"):
        demand.need_of_users(Fraction(-1), Fraction(1))


def test_the_budget_is_only_pointed_at() -> None:
    assert demand.is_below_budget(Decimal("849.99"), Decimal(1000))
    assert not demand.is_below_budget(Decimal(850), Decimal(1000))


@pytest.mark.parametrize(
    ("lots", "per_month", "usable"),
    [
        ([(100, Fraction(3))], 50, 100),
        ([(100, Fraction(1))], 50, 50),
        ([(100, Fraction(1)), (100, Fraction(3))], 50, 150),
        ([(100, Fraction(-2)), (40, Fraction(9))], 10, 40),
        ([(100, Fraction(1))], 0, 100),
    ],
)
def test_what_expires_unused_is_no_stock(lots: list[tuple[int, Fraction]], per_month: int, usable: int) -> None:
    assert demand.usable_at_start(lots, Fraction(per_month)) == usable
