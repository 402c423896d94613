"""The allocation plan's rules: bounds, floors of areas, expiry and reasons, whatever the numbers are."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.planning import columns
from zhixuan.rules.planning.allocation import Places
from zhixuan.rules.planning.allocation_lines import (
    Given,
    assign_lots,
    changed_lots,
    changed_places,
    check_bounds,
    check_line,
    over_supply,
)
from zhixuan.rules.planning.columns import columns_of
from zhixuan.rules.planning.outcome import outcome_of
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Settings, Source
from zhixuan.rules.planning.sharing_out import Share, Why, share_out
from zhixuan.rules.planning.usual_need import SPREAD, MonthAhead, mean_by_forecast, need_by_forecast, need_by_use
from zhixuan.rules.refusal import Refused
from zhixuan.rules.rights_guard import find_breaches

GIVER, PRODUCT = 1, 7
PACK = 10


def a_place(number: int, per_month: object = 60, **more: Any) -> PlaceFacts:
    """A place that uses 60 a month and has nothing; its next delivery comes in a month."""
    said = {
        "giver": GIVER,
        "place": number,
        "product": PRODUCT,
        "area": number % 2,
        "pack": PACK,
        "per_month": None if per_month is None else Fraction(str(per_month)),
        "stock": 0,
        "coming": 0,
        "norm_months": Fraction(2),
        "emergency_months": Fraction(1, 2),
        "next_months": Fraction(1),
    }
    return PlaceFacts(**(said | more))


def a_lot(pieces: int, months: object = 24, lot_id: int = 1) -> LotThere:
    return LotThere(lot_id, GIVER, PRODUCT, pieces, Fraction(str(months)))


def asked_of(one: PlaceFacts, settings: Settings) -> int:
    return int(columns.asked(columns_of([one]), settings)[0])


def usable(one: PlaceFacts, lot: LotThere) -> float:
    return float(columns.usable(columns_of([one]), [lot])[0, 0])


def need_of(one: PlaceFacts, months: Fraction) -> tuple[float, ...]:
    return tuple(columns.need(columns_of([replace(one, next_months=months)]), Settings())[0].tolist())


def shared(places: list[PlaceFacts], *lots: LotThere, **settings: Any) -> list[Share]:
    return share_out(places, lots, Settings(**settings))


facts = st.builds(
    a_place,
    st.integers(1, 6),
    st.one_of(st.none(), st.integers(0, 300)),
    stock=st.integers(0, 400),
    coming=st.integers(0, 100),
    next_months=st.fractions(Fraction(1, 10), Fraction(4), max_denominator=30),
)
lots = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 12)), max_size=4)


@given(st.lists(facts, min_size=1, max_size=6), lots, st.fractions(0, 3, max_denominator=8), st.integers(0, 100))
def test_what_holds_whatever_the_numbers_are(
    places: list[PlaceFacts], there: list[tuple[int, int]], area_floor: Fraction, percent: int
) -> None:
    places = [replace(one, place=number) for number, one in enumerate(places)]
    known = [a_lot(pieces, months, lot_id) for lot_id, (pieces, months) in enumerate(there, 1)]
    settings = Settings(area_floor_months=area_floor, supply_percent=percent)

    shares = share_out(places, known, settings)

    sent: dict[int, int] = {}
    for one, share in zip(places, shares, strict=True):
        assert share.pieces % PACK == 0
        assert share.pieces <= share.asked == asked_of(one, settings)
        assert sum(pieces for _lot, pieces in share.lots) == share.pieces
        early = 0
        for lot_id, pieces in share.lots:
            early += pieces
            assert early <= usable(one, known[lot_id - 1]), "no lot where it cannot be used in time"
            sent[lot_id] = sent.get(lot_id, 0) + pieces
    assert all(pieces <= known[lot_id - 1].pieces * percent // 100 for lot_id, pieces in sent.items())


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_bounds_are_kept(supply: int, least: int, width: int) -> None:
    bounded = replace(a_place(1), least=least * PACK, most=(least + width) * PACK)
    places = [bounded, a_place(2)]
    if least > supply:
        with pytest.raises(Refused) as refused:
            shared(places, a_lot(supply * PACK))
        assert refused.value.field == f"product-{PRODUCT}"
        return
    first = shared(places, a_lot(supply * PACK))[0]
    assert least * PACK <= first.pieces <= (least + width) * PACK


@given(st.integers(0, 40), st.fractions(0, 2, max_denominator=6))
def test_no_area_stays_below_its_floor_while_another_is_served_by_value(supply: int, floor: Fraction) -> None:
    places = [a_place(1, 10), a_place(3, 10), a_place(2, 200)]
    shares = shared(places, a_lot(supply * PACK), area_floor_months=floor, floor_months=Fraction(0))
    months = {area: Fraction(0) for area in (0, 1)}
    for area, use in ((1, 20), (0, 200)):
        held = sum(share.pieces for one, share in zip(places, shares, strict=True) if one.area == area)
        months[area] = Fraction(held, use)
    beyond = [share.pieces > share.floor for share in shares]
    if any(beyond):
        assert all(reached >= floor for reached in months.values())


def test_the_emptiest_area_is_raised_first() -> None:
    places = [a_place(1, 100, stock=100), a_place(2, 100)]
    without = shared(places, a_lot(100), floor_months=Fraction(0))
    with_floor = shared(places, a_lot(100), floor_months=Fraction(0), area_floor_months=Fraction(1))
    assert with_floor[1].pieces == 100
    assert without[1].pieces <= 100
    assert with_floor[1].why is Why.AREA


CASES: list[tuple[str, list[PlaceFacts], list[LotThere], dict[str, Any], Why]] = [
    ("nobody knows", [a_place(1, None)], [a_lot(100)], {}, Why.UNKNOWN_USE),
    ("has enough", [a_place(1, stock=200)], [a_lot(100)], {}, Why.ENOUGH),
    ("gets all", [a_place(1)], [a_lot(500)], {}, Why.AS_ASKED),
    ("nothing there", [a_place(1)], [], {}, Why.EMPTY),
    ("nothing given out", [a_place(1)], [a_lot(500)], {"supply_percent": 0}, Why.EMPTY),
    ("less than the floor", [a_place(1), a_place(2)], [a_lot(20)], {}, Why.FLOOR),
    ("less than asked", [a_place(1), a_place(2)], [a_lot(150)], {}, Why.SHORT),
    ("would expire", [a_place(1)], [a_lot(500, "1.5")], {}, Why.EXPIRY),
    ("bounded above", [replace(a_place(1), most=30)], [a_lot(500)], {}, Why.MOST),
    ("bounded below", [replace(a_place(1, stock=200), least=30)], [a_lot(500)], {}, Why.LEAST),
]


@pytest.mark.parametrize(
    ("places", "there", "settings", "why"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_every_line_says_what_decided_it(
    places: list[PlaceFacts], there: list[LotThere], settings: dict[str, Any], why: Why
) -> None:
    assert shared(places, *there, **settings)[0].why is why


def test_what_one_more_pack_would_do_is_less_than_where_the_last_one_went() -> None:
    short, other = shared([a_place(1, stock=30), a_place(2)], a_lot(100))
    assert short.worth_there is not None
    assert other.worth_here is not None
    assert short.worth_here is not None
    assert short.worth_here <= short.worth_there + 1e-9


def test_a_longer_time_to_be_covered_asks_for_more() -> None:
    one = a_place(1)
    assert asked_of(one, Settings()) == 120
    assert asked_of(one, Settings(horizon_months=Fraction(4))) == 240
    assert asked_of(replace(one, stock=5, coming=6), Settings()) == 110


def test_a_nation_in_one_plan_is_shared_out_in_bundles_of_whole_packs() -> None:
    shares = shared([a_place(1, 10**9), a_place(2, 3 * 10**9)], a_lot(10**9))
    assert 0.99 * 10**9 <= sum(share.pieces for share in shares) <= 10**9
    assert all(share.pieces % PACK == 0 for share in shares)


def test_an_assumed_supply_stands_instead_of_the_lots() -> None:
    assert shared([a_place(1)], a_lot(0), assumed={PRODUCT: 70})[0].lots == ((0, 70),)


def test_need_comes_from_the_forecast_where_there_is_one() -> None:
    ahead = (MonthAhead(50, (10, 45, 60, 70, 80)), MonthAhead(70, (20, 65, 80, 90, 100)))
    told = replace(a_place(1, mean_by_forecast(ahead)), ahead=ahead)
    assert (told.source, told.per_month) == (Source.FORECAST, 60)
    assert need_of(told, Fraction(3, 2)) == (20, 77.5, 100, 115, 130)
    assert need_of(told, Fraction(3)) == (50, 175, 220, 250, 280)
    assert need_of(a_place(1), Fraction(1)) == tuple(need_by_use(np.array([60.0]), np.array([1.0]))[0])
    assert a_place(1, None).source is Source.UNKNOWN
    with pytest.raises(ValueError, match="one month"):
        need_by_forecast(np.zeros((1, 0, 5)), np.ones(1))


@given(st.fractions(0, 500, max_denominator=12), st.fractions(0, 12, max_denominator=12))
def test_quantiles_by_use_rise_and_grow_with_time(per_month: Fraction, months: Fraction) -> None:
    one = a_place(1, per_month)
    found = need_of(one, months)
    assert list(found) == sorted(found)
    assert all(later >= now for now, later in zip(found, need_of(one, months + 1), strict=True))
    assert len({len(shares) for _below, shares in SPREAD}) == 1


def test_more_given_serves_more_and_runs_out_less() -> None:
    places = [a_place(1), a_place(2, 20), a_place(3, None), a_place(4, 0)]
    before = outcome_of(places, [0, 0, 0, 0], Settings())
    after = outcome_of(places, [60, 20, 10, 0], Settings())
    assert (before.served, before.worst_tenth, before.stockouts, before.lines) == (0.0, 0.0, 2.0, 2)
    assert after.served is not None
    assert after.served > 0.7
    assert after.stockouts < 2
    assert after.lowest_area == 1
    nobody = outcome_of([a_place(3, None)], [10], Settings())
    assert (nobody.served, nobody.worst_tenth, nobody.lowest_area) == (None, None, None)


def test_lots_for_what_was_decided_by_hand() -> None:
    decided = [Given(a_place(1), 100), Given(a_place(2, None), 50)]
    lots = [a_lot(60, 1, 1), a_lot(60, 24, 2)]
    chosen, waiting = assign_lots(decided, lots)
    assert chosen == [[(1, 60), (2, 40)], [(2, 20)]]
    assert waiting == [0, 30]
    assert over_supply(decided, lots) == {(GIVER, PRODUCT): 30}
    assert over_supply(decided[:1], lots) == {}


def test_a_line_by_hand_is_whole_packs_and_has_a_reason() -> None:
    check_line(20, "", proposed=20, pack=10)
    for pieces, reason, codes in ((25, "", ["opened_pack", "reason_needed"]), (-10, "x", ["negative"])):
        with pytest.raises(Refused) as refused:
            check_line(pieces, reason, proposed=20, pack=10)
        assert [one.code for one in refused.value.reasons] == codes
    check_bounds(None, None, pack=10)
    for least, most in ((20, 10), (5, None), (None, 15)):
        with pytest.raises(Refused):
            check_bounds(least, most, pack=10)


def test_changes_since_the_drawing() -> None:
    before, now = [a_lot(100, 5, 1), a_lot(50, 6, 2)], [a_lot(90, 5, 1), a_lot(10, 9, 3)]
    told = [(one.lot_id, one.before, one.now) for one in changed_lots(before, now)]
    assert told == [(1, 100, 90), (2, 50, 0), (3, 0, 10)]
    assert not changed_lots(before, before)
    first, second, gone = ((GIVER, place, PRODUCT) for place in (1, 2, 3))
    (change,) = changed_places({first: 5, second: 0, gone: 8}, {first: 7, second: 0})
    assert (change.place, change.before, change.now) == (1, 5, 7)


def test_nothing_it_knows_is_about_births_or_aims_at_people() -> None:
    known = [one.name for kind in (PlaceFacts, LotThere, Settings, Places) for one in fields(kind)]
    assert "per_month" in known
    assert not find_breaches(dict.fromkeys(known, 0) | {"sentences": [why.value for why in Why]})
    assert find_breaches({"birth_rate": 0})
