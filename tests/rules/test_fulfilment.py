"""A year's plan and what came of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from zhixuan.rules.planning.fulfilment import Fulfilment, is_behind, months_over, share


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 12, 31), 0),
        (date(2027, 1, 31), 0),
        (date(2027, 2, 1), 1),
        (date(2027, 12, 31), 11),
        (date(2028, 1, 1), 12),
        (date(2030, 5, 1), 12),
    ],
)
def test_only_full_months_are_over(today: date, months: int) -> None:
    assert months_over(2027, today) == months


def test_there_is_no_share_of_nothing() -> None:
    assert share(5, None) is None
    assert share(5, 0) is None
    assert share(5, 20) == Fraction(1, 4)


def test_behind_is_less_delivered_than_of_the_year_is_over() -> None:
    half = Fulfilment(first=None, approved=100, need=Fraction(80), received=60, passed_on=10, used=20)
    assert (half.delivered, half.delivered_share, half.used_share) == (50, Fraction(1, 2), Fraction(1, 4))
    assert not is_behind(half, 6)
    assert is_behind(half, 7)
    emptied = Fulfilment(first=None, approved=100, need=Fraction(0), passed_on=10)
    assert (emptied.delivered, emptied.delivered_share) == (-10, 0)
    assert not is_behind(Fulfilment(first=1, approved=None, need=Fraction(0)), 12)


def test_sums_keep_what_was_never_said() -> None:
    some, none = Fulfilment(5, 7, Fraction(1, 3), 4, 1, 2), Fulfilment(None, None, Fraction(2, 3), 1, 0, 1)
    assert some + none == none + some == Fulfilment(5, 7, Fraction(1), 5, 1, 3)
    assert (none + none).first is None
