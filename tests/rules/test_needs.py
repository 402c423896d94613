"""Needs side by side, and which one may stand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.needs import Basis, check_method, need_of, needs
from zhixuan.rules.refusal import Refused

KNOWN = Basis(own_use=Fraction(10), users=2, quota=Fraction(120), forecast=Fraction(150))


def test_every_way_has_its_figure() -> None:
    assert needs(KNOWN) == {Method.CONSUMPTION: 120, Method.USERS: 240, Method.FORECAST: 150, Method.HYBRID: 180}
    assert set(needs(Basis(own_use=None)).values()) == {None}
    assert needs(Basis(Fraction(1), users=3)).get(Method.USERS) is None
    assert need_of(Basis(own_use=None), Method.CONSUMPTION) == 0


@given(st.fractions(0, 1000), st.integers(0, 10_000), st.fractions(0, 200))
def test_half_each_lies_between(use: Fraction, users: int, quota: Fraction) -> None:
    found = needs(Basis(use, users, quota))
    low, high = sorted([found[Method.CONSUMPTION] or 0, found[Method.USERS] or 0])
    assert low <= (found[Method.HYBRID] or 0) <= high


@pytest.mark.parametrize(
    ("method", "basis", "reason", "code"),
    [
        (Method.USERS, Basis(Fraction(10)), "survey", "no_figure"),
        (Method.USERS, KNOWN, " ", "reason_needed"),
        (Method.FORECAST, Basis(Fraction(10), forecast=Fraction(121)), "", "reason_needed"),
        (Method.USERS, KNOWN, "survey of supply", ""),
        (Method.CONSUMPTION, Basis(None), "", ""),
    ],
)
def test_another_way_has_its_reason(method: Method, basis: Basis, reason: str, code: str) -> None:
    said = ""
    try:
        check_method(method, basis, reason)
    except Refused as refused:
        said = refused.code
    assert said == code


def test_a_big_difference_is_named() -> None:
    with pytest.raises(Refused, match="20 %"):
        check_method(Method.USERS, KNOWN, "")
