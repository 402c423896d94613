"""What a service level costs in words, and how much past is needed to say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.periods import Month
from zhixuan.rules.planning.service import check_service, cost_against, one_in
from zhixuan.rules.planning.trial import check_history, check_played, check_terms
from zhixuan.rules.refusal import Refused

NEWEST = Month(2026, 10)


@pytest.mark.parametrize(("share", "said"), [(0.025, 40), (1.0, 1), (0.001, 1000), (0.0009, None), (0.0, None)])
def test_one_in(share: float, said: int | None) -> None:
    assert one_in(share) == said


def test_more_stock_against_fewer_shortages() -> None:
    cost = cost_against(2.24, 0.025, stock_before=2.0, short_before=1 / 15)
    assert (cost.stock, cost.one_in, cost.one_in_before) == (pytest.approx(0.12), 40, 15)
    assert not cost.same_stock
    assert cost_against(2.0, 0.1, stock_before=2.0, short_before=0.1).same_stock
    assert cost_against(2.0, 0.1, stock_before=0.0, short_before=0.1).stock is None


@given(st.floats(0, 1))
def test_a_level_is_taken_or_refused(service: float) -> None:
    if 0.70 <= service <= 0.97:
        check_service(service)
        return
    with pytest.raises(Refused):
        check_service(service)


@given(st.integers(0, 60), st.integers(12, 40))
def test_a_past_is_long_enough_exactly_when_twelve_months_lie_before(there: int, played: int) -> None:
    since, oldest = NEWEST.plus(1 - played), NEWEST.plus(1 - there)
    if oldest.plus(12) <= since:
        check_history(oldest, since, NEWEST)
        return
    with pytest.raises(Refused) as refused:
        check_history(oldest, since, NEWEST)
    assert (refused.value.code == "short_history") == (there < 24)


def test_what_is_refused() -> None:
    with pytest.raises(Refused):
        check_history(None, NEWEST.plus(-11), NEWEST)
    with pytest.raises(Refused):
        check_played(NEWEST.plus(-10), NEWEST, NEWEST)
    check_played(NEWEST.plus(-11), NEWEST, NEWEST)
    with pytest.raises(Refused) as refused:
        check_terms(lead=99, review=0, shelf_life=1)
    assert [one.field for one in refused.value.reasons] == ["lead", "review", "shelf_life"]
