"""Bands of expiry, and who can use a lot in time: compared with a walk through the days."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.levels import AverageState, AverageUse, DatedLot
from zhixuan.rules.stock.norm_overrides import Override, checked_bounds, closest
from zhixuan.rules.stock.norms import Bounds
from zhixuan.rules.stock.short_dated import DAYS_ON_THE_WAY, Band, Taker, at_risk, band, placings, usable_in_time

TODAY = date(2026, 11, 25)
NO_USE = AverageUse(AverageState.NO_RECORDS)


def use(per_month: int) -> AverageUse:
    return AverageUse(AverageState.KNOWN, Fraction(per_month))


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, "expired"), (0, "30"), (30, "30"), (31, "90"), (90, "90"), (91, "180"), (180, "180"), (181, "later")],
)
def test_bands(days: int, expected: str) -> None:
    assert band(in_days(days), today=TODAY) == expected


def test_a_lot_without_expiry_has_a_band_of_its_own() -> None:
    assert band(UNKNOWN_EXPIRY, today=TODAY) is Band.UNDATED


def test_a_township_takes_what_it_uses_before_the_expiry() -> None:
    taker = Taker(1, use(60), [])
    assert usable_in_time(taker, expires_on=in_days(60), most=1000, today=TODAY) == int(60 * 54 / (1461 / 48))


def test_its_own_lots_do_not_expire_for_it() -> None:
    taker = Taker(1, use(60), [DatedLot("own", in_days(66), 100)])
    free = usable_in_time(taker, expires_on=in_days(60), most=1000, today=TODAY)
    assert free == int(60 * 60 / (1461 / 48)) - 100


def test_whole_packs_first_to_those_asked_first_and_nothing_where_the_use_is_not_known() -> None:
    takers = [Taker(1, NO_USE, []), Taker(2, use(30), []), Taker(3, use(300), [])]
    found = placings(expires_on=in_days(90), surplus_pieces=205, pieces_per_pack=10, takers=takers, today=TODAY)
    assert [(one.facility_id, one.pieces) for one in found] == [(2, 80), (3, 120)]


lots = st.lists(st.tuples(st.integers(8, 400), st.integers(1, 300)), max_size=5)


@given(own=lots, per_month=st.integers(1, 400), days=st.integers(8, 400), most=st.integers(1, 500))
@settings(max_examples=200)
def test_the_most_that_costs_nobody_anything(own: list[tuple[int, int]], per_month: int, days: int, most: int) -> None:
    """One piece more would either reach the limit asked for, or leave something unused."""
    mine = [DatedLot(f"own{at}", in_days(when), pieces) for at, (when, pieces) in enumerate(own)]
    taker = Taker(1, use(per_month), mine)
    found = usable_in_time(taker, expires_on=in_days(days), most=most, today=TODAY)
    assert 0 <= found <= most
    before = lost(mine, per_month)
    assert lost([*mine, DatedLot("+", in_days(days), found)], per_month) == before
    if found < most:
        assert lost([*mine, DatedLot("+", in_days(days), found + 1)], per_month) > before


def lost(mine: list[DatedLot], per_month: int) -> int:
    """Unused pieces, by giving out day after day: a second way to the same figure."""
    start = in_days(DAYS_ON_THE_WAY)
    unused, taken = 0, 0
    for lot in sorted(mine, key=lambda one: (one.expires_on or date.max, one.lot)):
        assert lot.expires_on is not None
        could = per_month * max(0, (lot.expires_on - start).days + 1) * 48 // 1461 - taken
        used = min(max(could, 0), lot.pieces)
        taken += used
        unused += lot.pieces - used
    return unused


def test_what_has_expired_is_wholly_at_risk() -> None:
    assert at_risk([DatedLot("old", in_days(-1), 7)], use(100), on=TODAY) == {"old": 7}
    assert at_risk([DatedLot("old", in_days(-1), 7)], NO_USE, on=TODAY) is None


def bounds(low: int) -> Bounds:
    return Bounds(Fraction(low), Fraction(low + 2), Fraction(0))


def test_a_facilitys_own_norm_goes_before_the_nearest_areas() -> None:
    far = Override(bounds(1), area_path="/42/", level="township")
    near = Override(bounds(2), area_path="/42/420116/", level="township")
    own = Override(bounds(3), facility_id=7)
    where = {"area_path": "/42/420116/420116100/", "level": "township"}
    assert closest([far, own, near], facility_id=7, **where) is own
    assert closest([near, own, far], facility_id=8, **where) is near
    assert closest([far], facility_id=8, area_path="/43/", level="township") is None
    assert closest([far], facility_id=8, area_path="/42/", level="county") is None


@pytest.mark.parametrize(
    ("low", "high", "emergency", "field"),
    [(2, 2, 0, "min_months"), (0, 0, 0, "max_months"), (1, 3, 1, "emergency_months"), (1, 99, 0, "max_months")],
)
def test_bounds_that_cannot_be_are_refused_by_field(low: int, high: int, emergency: int, field: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_bounds(
            min_months=Fraction(low), max_months=Fraction(high), emergency_months=Fraction(emergency), reason="decree 7"
        )
    assert refused.value.field == field


def test_a_norm_without_reason_is_refused() -> None:
    with pytest.raises(Refused):
        checked_bounds(min_months=Fraction(1), max_months=Fraction(3), emergency_months=Fraction(0), reason=" ")
