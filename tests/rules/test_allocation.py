"""Who gets what: against an integer program, and what must hold whatever the numbers are."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.scale.seeds import base_seed
from zhixuan.rules.planning.allocation import Places, Supply, allocate
from zhixuan.rules.planning.need import LEVELS, Need
from zhixuan.rules.refusal import Refused

BASE = base_seed()


def a_case(seed: int, places: int = 5, lots: int = 3, largest: int = 12) -> tuple[Supply, Places]:
    """A small random county: whole packs, some lots that expire soon."""
    dice = np.random.default_rng(seed)
    count, kinds, size = int(dice.integers(1, places + 1)), int(dice.integers(1, lots + 1)), int(dice.integers(1, 5))
    quantiles = np.sort(dice.integers(0, largest, (count, len(LEVELS))).astype(float), axis=1)
    usable = np.sort(dice.integers(0, 2 * largest, (count, kinds)).astype(float), axis=1)
    packs = dice.integers(0, max(2, count * largest // (kinds * size * 3)), kinds)
    most = dice.integers(0, 1 + 2 * largest // size, count)
    stock = dice.integers(0, largest // 3, count).astype(float)
    nothing = np.zeros(count, dtype=np.int64)
    return Supply(packs, size), Places(stock, quantiles[:, 1].copy(), Need(quantiles), usable, nothing, most)


def best_possible(supply: Supply, places: Places) -> float:
    """The same by an integer program: a yes or no for every pack, a flow from every lot to every place."""
    size, (count, lots) = supply.pieces_per_pack, places.usable.shape
    owner = np.repeat(np.arange(count), places.most)
    values = [_value(places, size, place, pack) for place in range(count) for pack in range(places.most[place])]
    packs, flows = len(values), count * lots
    rows, low, high = [], [], []

    def rule(entries: dict[int, float], least: float, most: float) -> None:
        row = np.zeros(packs + flows)
        for column, factor in entries.items():
            row[column] = factor
        rows.append(row)
        low.append(least)
        high.append(most)

    for place in range(count):
        own = {int(pack): 1.0 for pack in np.flatnonzero(owner == place)}
        rule(own | {packs + place * lots + lot: -1.0 for lot in range(lots)}, 0, 0)
        for lot in range(lots):
            early = {packs + place * lots + one: 1.0 for one in range(lot + 1)}
            rule(early, 0, places.usable[place, lot] // size)
    for lot in range(lots):
        rule({packs + place * lots + lot: 1.0 for place in range(count)}, 0, supply.packs[lot])
    answer = milp(
        -np.array(values + [0.0] * flows),
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.ones(packs + flows),
        bounds=Bounds(0, np.array([1.0] * packs + [np.inf] * flows)),
    )
    return float(-answer.fun)


def _value(places: Places, size: int, place: int, pack: int) -> float:
    need = Need(places.need.quantiles[place : place + 1])
    before = places.stock[place] + pack * size
    return float((need.satisfied(np.array([before + size])) - need.satisfied(np.array([before])))[0])


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_nobody_could_share_it_out_better(start: int) -> None:
    for seed in range(BASE + start, BASE + start + 25):
        supply, places = a_case(seed)
        if not places.most.sum():
            continue
        gained = allocate(supply, places, floor_months=0).satisfied - places.need.satisfied(places.stock).sum()
        assert gained == pytest.approx(best_possible(supply, places), abs=1e-6), f"seed {seed}"


@given(st.integers(0, 10**9), st.floats(0, 4))
def test_what_must_always_hold(seed: int, floor_months: float) -> None:
    supply, places = a_case(seed, places=12, lots=4, largest=60)
    allocation = allocate(supply, places, floor_months=floor_months)

    assert (allocation.packs >= 0).all()
    assert (allocation.packs.sum(axis=0) <= supply.packs).all(), "never more of a lot than there is"
    assert (allocation.by_place <= places.most).all()
    used_early = np.cumsum(allocation.packs, axis=1) * supply.pieces_per_pack
    assert (used_early <= places.usable + 1e-9).all(), "no lot where it cannot be used in time"
    assert (allocation.floor_packs <= allocation.by_place).all()


@given(st.integers(0, 10**9), st.floats(0, 4))
def test_with_more_of_a_lot_nobody_gets_less(seed: int, floor_months: float) -> None:
    supply, places = a_case(seed, places=8, lots=1, largest=40)
    places = Places(
        places.stock, places.per_month, places.need, np.full_like(places.usable, 10**6), places.least, places.most
    )
    more = Supply(supply.packs + 1, supply.pieces_per_pack)

    before = allocate(supply, places, floor_months=floor_months).by_place
    assert (allocate(more, places, floor_months=floor_months).by_place >= before).all()


@given(st.integers(0, 10**9))
def test_more_stock_never_satisfies_less(seed: int) -> None:
    supply, places = a_case(seed, places=8, lots=3, largest=40)
    more = Supply(supply.packs + random.Random(seed).randint(1, 5), supply.pieces_per_pack)

    before = allocate(supply, places, floor_months=0.5).satisfied
    assert allocate(more, places, floor_months=0.5).satisfied >= before - 1e-9


def even_places(stock: list[float], per_month: list[float], *, most: int = 100) -> Places:
    use = np.array(per_month)
    quantiles = np.outer(use, [0.5, 1.0, 1.3, 1.5, 1.7])
    count = len(stock)
    return Places(
        np.array(stock),
        use,
        Need(quantiles),
        np.full((count, 1), 1e6),
        np.zeros(count, dtype=np.int64),
        np.full(count, most),
    )


def test_scarce_goods_raise_the_emptiest_first() -> None:
    places = even_places([0, 30, 0], [10, 10, 20])

    given_packs = allocate(Supply(np.array([6]), 5), places, floor_months=1).by_place

    assert given_packs.tolist() == [2, 0, 4]


def test_a_piece_counts_as_it_is_worth() -> None:
    nothing, wide = np.zeros(2, dtype=np.int64), np.full((2, 1), 1e9)
    need = Need(np.array([[10.0, 20, 30, 40, 50]] * 2))
    plain = Places(np.zeros(2), np.ones(2), need, wide, nothing, np.array([40, 40]))
    supply = Supply(np.array([20]), 1)
    assert allocate(supply, plain, floor_months=0).by_place.tolist() == [10, 10]
    assert np.array_equal(
        allocate(supply, replace(plain, worth=np.ones(2)), floor_months=0).packs,
        allocate(supply, plain, floor_months=0).packs,
    )
    assert allocate(supply, replace(plain, worth=np.array([1.0, 5.0])), floor_months=0).by_place.tolist()[1] > 15
    with pytest.raises(ValueError, match="worth"):
        allocate(supply, replace(plain, worth=np.zeros(2)), floor_months=0)


def test_the_floor_comes_before_value() -> None:
    """A small place that hardly anybody would serve by value alone still has its floor."""
    places = even_places([0, 0], [2, 400])

    assert allocate(Supply(np.array([4]), 1), places, floor_months=0).by_place.tolist() == [0, 4]
    assert allocate(Supply(np.array([210]), 1), places, floor_months=0.5).by_place[0] >= 1


def test_bounds_of_the_planner_are_kept_or_refused() -> None:
    places = even_places([0, 0], [10, 10], most=3)
    bound = Places(places.stock, places.per_month, places.need, places.usable, np.array([3, 0]), places.most)

    assert allocate(Supply(np.array([3]), 5), bound, floor_months=1).by_place.tolist() == [3, 0]
    with pytest.raises(Refused, match="3 packs; only 2"):
        allocate(Supply(np.array([2]), 5), bound, floor_months=1)


def test_a_lot_that_expires_soon_goes_to_those_who_use_it_in_time() -> None:
    places = even_places([0, 0], [10, 100])
    short = Places(
        places.stock,
        places.per_month,
        places.need,
        np.array([[10.0, 500.0], [100.0, 500.0]]),
        places.least,
        places.most,
    )

    packs = allocate(Supply(np.array([8, 0]), 10), short, floor_months=2).packs

    assert packs[0, 0] <= 1
    assert packs[1, 0] == 7


def test_the_first_lot_to_expire_is_used_first() -> None:
    packs = allocate(Supply(np.array([3, 3]), 10), even_places_of_two_lots(), floor_months=0).packs

    assert packs[:, 0].sum() == 3


def even_places_of_two_lots() -> Places:
    places = even_places([0, 0], [20, 20])
    return Places(places.stock, places.per_month, places.need, np.full((2, 2), 1e6), places.least, np.array([2, 2]))


@pytest.mark.parametrize(
    "change",
    [{"stock": np.array([-1.0, 0.0])}, {"usable": np.zeros((2, 3))}, {"least": np.array([200, 0])}],
    ids=["stock below nothing", "lots that are not there", "least above most"],
)
def test_arrays_that_do_not_fit_are_our_own_mistake(change: dict[str, np.ndarray]) -> None:
    places = even_places([0, 0], [1, 1])
    parts = {name: getattr(places, name) for name in ("stock", "per_month", "need", "usable", "least", "most")}

    with pytest.raises(ValueError, match=r"stock|same places|at most"):
        allocate(Supply(np.array([1]), 1), Places(**(parts | change)), floor_months=0)


def test_expected_satisfied_demand_is_the_mean_of_what_would_be_served() -> None:
    need = Need(np.array([[2.0, 10.0, 16.0, 20.0, 25.0]]))
    dice = np.random.default_rng(BASE)
    drawn = np.interp(dice.random(200_000), need.heights, need.knots[0])

    for pieces in (0, 1, 5, 12, 22, 60):
        served = np.minimum(drawn, pieces).mean()
        assert need.satisfied(np.array([float(pieces)]))[0] == pytest.approx(served, abs=0.06)


def test_a_need_must_make_sense() -> None:
    for wrong in ([[3.0, 2, 4, 5, 6]], [[-1.0, 2, 3, 4, 5]], [[1.0, 2, 3, 4, np.nan]], [[1.0, 2]]):
        with pytest.raises(ValueError, match=r"need|quantiles"):
            Need(np.array(wrong))
