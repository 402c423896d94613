"""Up to how much a place is filled: a level by a forecast where one holds, else its norm; one figure for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.orders.distributing import Need, Why, share_out
from zhixuan.rules.orders.suggesting import suggest
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.levels import AverageState, AverageUse
from zhixuan.rules.stock.norms import Bounds
from zhixuan.rules.stock.order_levels import OrderLevel, filled_to, months_filled, oldest_good

BOUNDS = Bounds(Fraction(1), Fraction(3), Fraction(1, 2))
USE = AverageUse(AverageState.KNOWN, Fraction(100), 3)
NO_USE = AverageUse(AverageState.NO_RECORDS)


def level(pieces: int) -> OrderLevel:
    return OrderLevel(pieces, Decimal("0.90"), Month(2026, 9), date(2026, 10, 3))


def needed(use: AverageUse, there: int, pieces: int | None) -> int | None:
    held = None if pieces is None else level(pieces)
    return suggest(use, BOUNDS, on_hand=there, in_transit=7, asked=5, pieces_per_pack=10, level=held).needed


def test_the_level_takes_the_place_of_use_and_norm_and_of_nothing_else() -> None:
    assert needed(USE, 50, None) == 300 - 50 - 7 - 5
    assert needed(USE, 50, 470) == 470 - 50 - 7 - 5
    assert needed(USE, 500, 470) == 0
    assert needed(NO_USE, 50, None) is None
    assert needed(NO_USE, 50, 80) == 80 - 50 - 7 - 5


@given(
    st.fractions(Fraction(1, 1000), 10**6, max_denominator=1000),
    st.integers(0, 10**9),
    st.integers(0, 10**6),
    st.integers(1, 100),
)
def test_in_months_it_fills_to_the_same_whole_packs(per_month: Fraction, pieces: int, there: int, pack: int) -> None:
    exact, months = (
        filled_to(per_month, BOUNDS.max_months, level(pieces)),
        months_filled(per_month, BOUNDS.max_months, level(pieces)),
    )
    assert exact == pieces
    assert months * per_month <= pieces
    assert len(str(months)) <= 20
    if per_month <= 10**5 and pieces / per_month < 10**6:
        assert ceil(max(0, months * per_month - there) / pack) == ceil(max(0, pieces - there) / pack)


def test_without_a_level_months_are_those_of_the_norm() -> None:
    assert months_filled(Fraction(7), Fraction(3)) == 3
    assert months_filled(None, Fraction(3), level(40)) == 3
    assert filled_to(None, Fraction(3)) is None


def test_a_forecast_is_good_for_half_a_year() -> None:
    assert oldest_good(date(2026, 11, 26)) == Month(2026, 5)


def test_in_a_shortage_a_place_that_a_forecast_expects_use_at_gets_its_part() -> None:
    fresh = suggest(NO_USE, BOUNDS, on_hand=0, in_transit=0, asked=0, pieces_per_pack=1, level=level(300))
    usual = suggest(USE, BOUNDS, on_hand=0, in_transit=0, asked=0, pieces_per_pack=1)
    shares = share_out([Need(1, fresh, Fraction(0)), Need(2, usual, Fraction(0))], 200, 1)
    assert [(one.pieces, one.why) for one in shares] == [(100, Why.SHORT), (100, Why.SHORT)]
