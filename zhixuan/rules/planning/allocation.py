"""Who gets what of a product that may not be enough for all: whole packs of lots to places.

Phases, in this order, over packs of one size:
1. what the planner says every place must get;
2. the floor: place after place up to its months of stock, the emptiest first (with less than that for everybody it
   is an equal share of months, and nothing else happens);
3. where areas have a floor too: area after area up to it, the emptiest area first, in it the emptiest place;
4. the rest where it is expected to satisfy most demand: pack after pack by its marginal value, which for concave values
   is the exact integer optimum (greedy over a polymatroid; compared with an integer program in the tests). Packs that
   would satisfy nothing more go to the emptiest.
No lot goes where it cannot be used before it expires: of lots that expire early a place takes no more than it will have
used by then. Nothing here knows, or may know, anything about births, acceptors or targets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from zhixuan.rules.planning.need import Matrix, Need, Vector
from zhixuan.rules.refusal import N_, Refused

Counts = npt.NDArray[np.int64]

FLOOR_SHARE: Final = 0.6
"""Every place is first raised to this share of the months to be covered; only then expected use decides."""
EVENNESS: Final = 0.2
"""A piece counts as its place's average to the power of minus this: a small place's shortage is felt as a large one's.
0 counts pieces alone, 1 months of stock."""
SMALLEST_AVERAGE: Final = 0.5


def worth_of(average: Vector, evenness: float = EVENNESS) -> Vector:
    """What a piece counts at places of such an average monthly use."""
    worth: Vector = np.maximum(average, SMALLEST_AVERAGE) ** -evenness
    return worth


@dataclass(frozen=True)
class Supply:
    """Lots at hand, next expiry first.

    Args:
        packs: whole packs of each of k lots.
        pieces_per_pack: of all of them.
    """

    packs: Counts
    pieces_per_pack: int


@dataclass(frozen=True)
class Places:
    """n places that wait for the product, each array in the same order.

    Args:
        stock: usable pieces at hand or on the way.
        per_month: average monthly use, pieces; 0 where nobody knows.
        need: demand over the time to be covered.
        usable: n x k: pieces a place will have used, of what it is sent, before each lot expires; rising along a row.
        least, most: packs, as the planner bounds them; `most` may be what was asked for.
        worth: what a piece of satisfied demand counts at each place, above 0; the same everywhere when it is left out.
    """

    stock: Vector
    per_month: Vector
    need: Need
    usable: Matrix
    least: Counts
    most: Counts
    worth: Vector | None = None


@dataclass(frozen=True)
class AreaFloor:
    """Months of stock that no area as a whole falls below while there is something to give it.

    Args:
        area: n: the number of each place's area, from 0.
        months: stock of all its places together, in months of their use together.
    """

    area: Counts
    months: float


@dataclass(frozen=True)
class Allocation:
    """The answer.

    Args:
        packs: n x k: of each lot to each place.
        floor_packs: n: what each place got before value was looked at.
        area_packs: n: of that, what the floors of areas added.
        satisfied: expected demand satisfied by stock and allocation together, pieces.
    """

    packs: Counts
    floor_packs: Counts
    area_packs: Counts
    satisfied: float

    @property
    def by_place(self) -> Counts:
        total: Counts = self.packs.sum(axis=1)
        return total


def allocate(
    supply: Supply, places: Places, *, floor_months: float | Vector, areas: AreaFloor | None = None
) -> Allocation:
    """Share a supply out.

    Args:
        floor_months: months of stock that every place is raised to before value decides; for each its own, or one.

    Raises:
        Refused: the least that the planner wants everybody to have is more than there is, or than can be used in time.
        ValueError: arrays that do not fit together, negative stock or packs.
    """
    _check(supply, places)
    room = _Room(supply, places)
    given = room.give(_candidates(places.least, np.zeros_like(places.least)))
    if (given < places.least).any():
        raise Refused(
            N_("The least amounts add up to {wanted} packs; only {there} can be sent and used in time."),
            field="least",
            wanted=int(places.least.sum()),
            there=int(given.sum()),
        )
    floor = _floor(supply, places, given, floor_months)
    order = _candidates(floor, given)
    given = given + room.give(order, -_months_before(supply, places, order))
    own_floor = given.copy()
    if areas is not None:
        given = _raise_areas(supply, places, room, given, areas)
    floor_packs = given.copy()
    order = _candidates(places.most, given)
    given = given + room.give(order, _values(supply, places, order), -_months_before(supply, places, order))
    held = places.stock + given * supply.pieces_per_pack
    lots = _lots(supply, room.caps, given)
    return Allocation(lots, floor_packs, floor_packs - own_floor, float(places.need.satisfied(held).sum()))


@dataclass(frozen=True)
class _Packs:
    """Packs that could be given: place of each, and how many that place has before it."""

    place: Counts
    before: Counts


def _candidates(wanted: Counts, given: Counts) -> _Packs:
    count = np.maximum(wanted - given, 0)
    place = np.repeat(np.arange(len(count)), count)
    start = np.repeat(np.cumsum(count) - count, count)
    return _Packs(place, np.arange(len(place)) - start + given[place])


@dataclass
class _Room:
    """What is left to give, with every lot's limit: packs beyond what a place can use of lots 1..j must come from later
    ones. One inequality for each lot is enough, because the limits of a place rise from lot to lot."""

    supply: Supply
    places: Places
    caps: Counts = field(init=False)
    left: Counts = field(init=False)

    def __post_init__(self) -> None:
        size = self.supply.pieces_per_pack
        early = np.floor(np.maximum(self.places.usable, 0) / size + 1e-9).astype(np.int64)
        none = np.zeros((len(early), 1), dtype=np.int64)
        self.caps = np.hstack([none, np.maximum.accumulate(early, axis=1)])
        later = np.cumsum(self.supply.packs[::-1])[::-1]
        self.left = np.append(later, 0)

    def give(self, packs: _Packs, value: Vector | None = None, then: Vector | None = None) -> Counts:
        """Packs given to each place, the most valuable first, then by `then`, the earlier place and pack first."""
        order = np.arange(len(packs.place))
        if value is not None:
            second = np.zeros(len(value)) if then is None else -then
            order = np.lexsort((packs.before, packs.place, second, -value))
        place, before = packs.place[order], packs.before[order]
        given = np.zeros(len(self.caps), dtype=np.int64)
        caps = np.ascontiguousarray(self.caps.T)
        while len(place):
            counts = before >= caps[:, place]
            so_far = np.cumsum(counts, axis=1)
            full = np.flatnonzero(so_far[:, -1] > self.left)
            taken = min(
                (int(np.searchsorted(so_far[lot], self.left[lot], "right")) for lot in full), default=len(place)
            )
            given += np.bincount(place[:taken], minlength=len(given))
            if taken:
                self.left = self.left - so_far[:, taken - 1]
            open_still = ~counts[self.left == 0, taken:].any(axis=0)
            place, before = place[taken:][open_still], before[taken:][open_still]
        return given


def _raise_areas(supply: Supply, places: Places, room: _Room, given: Counts, areas: AreaFloor) -> Counts:
    """Packs given once every area below its floor was raised, the emptiest first; within its places' bounds.

    Where lots that expire early stop a place, another of its area is raised instead, until nothing moves any more.
    """
    count = int(areas.area.max(initial=-1)) + 1
    use = np.bincount(areas.area, weights=places.per_month, minlength=count)
    while True:
        held = np.bincount(areas.area, places.stock + given * supply.pieces_per_pack, count)
        order = _candidates(places.most, given)
        order = _in_turn(order, _months_before(supply, places, order))
        area = areas.area[order.place]
        months = (held[area] + _earlier_in_area(area) * supply.pieces_per_pack) / np.maximum(use[area], 1e-9)
        below = (months < areas.months) & (use[area] > 0)
        turn = np.flatnonzero(below).astype(np.float64)
        more = room.give(_Packs(order.place[below], order.before[below]), -months[below], -turn)
        if not more.any():
            return given
        given = given + more


def _in_turn(packs: _Packs, months: Vector) -> _Packs:
    order = np.lexsort((packs.before, packs.place, months))
    return _Packs(packs.place[order], packs.before[order])


def _earlier_in_area(area: Counts) -> Counts:
    """How many packs of the same area stand before each, in their order."""
    order = np.argsort(area, kind="stable")
    ranked = area[order]
    first = np.searchsorted(ranked, ranked)
    earlier = np.empty(len(area), dtype=np.int64)
    earlier[order] = np.arange(len(area)) - first
    return earlier


def _floor(supply: Supply, places: Places, given: Counts, months: float | Vector) -> Counts:
    """Packs that raise each place to the floor, within its bounds."""
    short = months * places.per_month - places.stock
    packs = np.ceil(np.maximum(short, 0) / supply.pieces_per_pack - 1e-9).astype(np.int64)
    return np.clip(packs, given, places.most)


def _months_before(supply: Supply, places: Places, packs: _Packs) -> Vector:
    """Months of stock a place has before each of these packs: the emptiest comes first."""
    held = places.stock[packs.place] + packs.before * supply.pieces_per_pack
    use = places.per_month[packs.place]
    months: Vector = np.divide(held, use, out=np.full(len(held), np.inf), where=use > 0)
    return months


def _values(supply: Supply, places: Places, packs: _Packs) -> Vector:
    """Demand that each of these packs, in the order of `_candidates`, is expected to satisfy more, by its worth."""
    quantiles, levels = places.need.quantiles, places.need.levels
    held = places.stock[packs.place] + packs.before * supply.pieces_per_pack
    without = Need(quantiles[packs.place], levels).satisfied(held)
    last = np.append(packs.place[1:] != packs.place[:-1], True)[: len(held)]
    with_it = np.roll(without, -1)  # what there is after a pack is there before the next, but for a place's last
    with_it[last] = Need(quantiles[packs.place[last]], levels).satisfied(held[last] + supply.pieces_per_pack)
    value: Vector = with_it - without
    if places.worth is not None:
        value = value * places.worth[packs.place]
    return value


def _lots(supply: Supply, caps: Counts, given: Counts) -> Counts:
    """Which lot goes where: the next to expire first, to whoever can use it in time."""
    chosen = np.zeros((len(given), len(supply.packs)), dtype=np.int64)
    waiting = given.copy()
    for lot, packs in enumerate(supply.packs):
        allowed = np.minimum(waiting, caps[:, lot + 1] - chosen.sum(axis=1))
        before = np.cumsum(allowed) - allowed
        chosen[:, lot] = np.clip(packs - before, 0, allowed)
        waiting = waiting - chosen[:, lot]
    return chosen


def _check(supply: Supply, places: Places) -> None:
    count, lots = len(places.stock), len(supply.packs)
    lengths = {len(one) for one in (places.per_month, places.need.quantiles, places.least, places.most)}
    if lengths != {count} or places.usable.shape != (count, lots):
        raise ValueError("stock, use, need and bounds are of the same places, and `usable` of places x lots")
    if supply.pieces_per_pack < 1 or (supply.packs < 0).any() or _any_below_nothing(places):
        raise ValueError("packs, stock and bounds are 0 or more")
    if places.worth is not None and (len(places.worth) != count or not (places.worth > 0).all()):
        raise ValueError("the worth of a piece is above 0, one for each place")
    if (places.least > places.most).any():
        raise ValueError("what a place gets at least is no more than what it gets at most")


def _any_below_nothing(places: Places) -> bool:
    parts: Iterable[npt.NDArray[np.generic]] = (places.stock, places.per_month, places.least, places.usable)
    return any(bool((part < 0).any()) for part in parts)  # type: ignore[operator]
