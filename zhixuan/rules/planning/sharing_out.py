"""The allocation plan: what each place gets of each product, why, and what it would come to.

Everything is worked out from the facts of the day of drawing and a few settings of the planner, by
`allocation.allocate`, the same that `zhixuan allocate` uses; so it can be worked out again without asking anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from zhixuan.rules.planning.place_facts import (
    LotThere,
    PlaceFacts,
    Settings,
    asked_of,
    cover_of,
    floor_of,
    need_of,
    usable,
)
from zhixuan.rules.refusal import Refused

if TYPE_CHECKING:
    from zhixuan.rules.planning.allocation import Allocation, AreaFloor, Places, Supply
    from zhixuan.rules.planning.need import Vector

Series = tuple[int, int]
"""(giver, product)"""

COUNTED_MAX: Final = 1_000_000
"""Packs of a product that are looked at one by one; of more, so many bundles."""


class Why(StrEnum):
    """What decided a line."""

    UNKNOWN_USE = "unknown_use"
    ENOUGH = "enough"
    AS_ASKED = "as_asked"
    LEAST = "least"
    MOST = "most"
    AREA = "area"
    EXPIRY = "expiry"
    FLOOR = "floor"
    SHORT = "short"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Share:
    """What one place gets of one product.

    Args:
        asked: what would fill it to its norm, or to the time to be covered where that is longer, in whole packs.
        lots: (lot id, pieces); lot id 0 is an assumed supply.
        floor: what it got before value decided.
        months: the time to be covered.
        floor_months: of its own floor.
        worth_here, worth_there: pieces of need that one more pack would satisfy here, and that the last one given by
            value satisfies where it went; None where that says nothing.
    """

    pieces: int
    asked: int
    lots: tuple[tuple[int, int], ...]
    floor: int
    why: Why
    months: Fraction
    floor_months: Fraction
    worth_here: float | None = None
    worth_there: float | None = None


def share_out(facts: Sequence[PlaceFacts], lots: Sequence[LotThere], settings: Settings) -> list[Share]:
    """A share for every place and product, in their order.

    Raises:
        Refused: what the planner wants everybody to have is more than there is, or than can be used in time.
    """
    by_series: dict[Series, list[int]] = defaultdict(list)
    for row, one in enumerate(facts):
        by_series[one.giver, one.product].append(row)
    there: dict[Series, list[LotThere]] = defaultdict(list)
    for lot in lots:
        there[lot.giver, lot.product].append(lot)
    shares: dict[int, Share] = {}
    for (giver, product), rows in by_series.items():
        supply = _supply_of(there[giver, product], giver, product, settings)
        try:
            found = _shares([facts[row] for row in rows], supply, settings)
        except Refused as refused:
            refused.field = f"product-{product}"
            raise
        shares.update(zip(rows, found, strict=True))
    return [shares[row] for row in range(len(facts))]


def _supply_of(lots: Sequence[LotThere], giver: int, product: int, settings: Settings) -> list[LotThere]:
    """Lots as far as they may be given out, next expiry first."""
    if product in settings.assumed:
        return [LotThere(0, giver, product, settings.assumed[product], Fraction(10**6))]
    ordered = sorted(lots, key=lambda lot: (lot.months, lot.lot_id))
    return [replace(lot, pieces=lot.pieces * settings.supply_percent // 100) for lot in ordered]


def _shares(facts: Sequence[PlaceFacts], lots: Sequence[LotThere], settings: Settings) -> list[Share]:
    from zhixuan.rules.planning.allocation import allocate

    asked = [asked_of(one, settings) for one in facts]
    pack = _bundle(facts, asked)
    supply, places, areas = _problem(facts, lots, asked, settings, pack=pack)
    floors = [floor_of(one, settings) for one in facts]
    answer = allocate(supply, places, floor_months=_floats(floors), areas=areas)
    here, there = _last_worths(supply, places, answer)
    left = int(supply.packs.sum() - answer.packs.sum())
    some, given, packs = bool(supply.packs.any()), answer.by_place.tolist(), answer.packs.tolist()
    found = []
    for row, one in enumerate(facts):
        sent = zip(lots, packs[row], strict=True)
        share = Share(
            pieces=given[row] * pack,
            asked=asked[row],
            lots=tuple((lot.lot_id, count * pack) for lot, count in sent if count),
            floor=int(answer.floor_packs[row]) * pack,
            why=Why.EMPTY,
            months=cover_of(one, settings),
            floor_months=floors[row],
            worth_here=here[row],
            worth_there=there,
        )
        stuck = left > 0 or (some and bool(places.usable[row, -1] < share.pieces + pack))
        why = _why(one, share, stuck=stuck, raised=bool(answer.area_packs[row]))
        found.append(replace(share, why=why if some or not asked[row] else Why.EMPTY))
    return found


def _why(one: PlaceFacts, share: Share, *, stuck: bool, raised: bool) -> Why:
    """What decided a line.

    Args:
        stuck: packs are left that this place could not use before they expire.
        raised: the floor of its area gave to it.
    """
    if share.pieces >= share.asked:
        if share.pieces > share.asked:
            return Why.LEAST if share.pieces <= (one.least or 0) else Why.MOST
        if share.asked:
            return Why.AS_ASKED
        return Why.ENOUGH if one.per_month is not None else Why.UNKNOWN_USE
    if one.most is not None and share.pieces + one.pack > one.most:
        return Why.MOST
    if stuck:
        return Why.EXPIRY
    if raised:
        return Why.AREA
    reached = one.months_with(share.pieces)
    return Why.FLOOR if reached is not None and reached < share.floor_months else Why.SHORT


def _last_worths(supply: Supply, places: Places, answer: Allocation) -> tuple[list[float], float | None]:
    """Pieces of need that one more pack would satisfy at each place, and that the last pack given by value does."""
    size = supply.pieces_per_pack
    held = places.stock + answer.by_place * size
    more = places.need.satisfied(held + size) - places.need.satisfied(held)
    by_value = answer.by_place > answer.floor_packs
    if not by_value.any() or places.worth is None:
        return more.tolist(), None
    last = places.need.satisfied(held) - places.need.satisfied(held - size)
    weighted = (last * places.worth)[by_value]
    return more.tolist(), float(last[by_value][weighted.argmin()])


def _problem(
    facts: Sequence[PlaceFacts], lots: Sequence[LotThere], asked: Sequence[int], settings: Settings, *, pack: int
) -> tuple[Supply, Places, AreaFloor | None]:
    """The arrays that `allocate` takes, in packs of that size."""
    import numpy as np

    from zhixuan.rules.planning.allocation import AreaFloor, Places, Supply, worth_of
    from zhixuan.rules.planning.need import Need

    use = _floats([one.per_month or Fraction(0) for one in facts])
    bounds = np.array([_bounds(one, wanted, pack) for one, wanted in zip(facts, asked, strict=True)], dtype=np.int64)
    places = Places(
        stock=np.array([float(max(0, one.there)) for one in facts]),
        per_month=use,
        need=Need(np.array([need_of(one, cover_of(one, settings)) for one in facts])),
        usable=np.array([[usable(one, lot) for lot in lots] for one in facts]).reshape(len(facts), len(lots)),
        least=bounds[:, 0],
        most=bounds[:, 1],
        worth=worth_of(use),
    )
    floor = float(settings.area_floor_months)
    areas = AreaFloor(np.array([one.area for one in facts], dtype=np.int64), floor) if floor else None
    return Supply(np.array([lot.pieces // pack for lot in lots], dtype=np.int64), pack), places, areas


def _floats(months: Sequence[Fraction]) -> Vector:
    import numpy as np

    return np.array([float(one) for one in months])


def _bounds(one: PlaceFacts, asked: int, pack: int) -> tuple[int, int]:
    """The least and the most packs of a place."""
    if one.fixed is not None:
        return one.fixed // pack, one.fixed // pack
    least = (one.least or 0) // pack
    most = (asked if one.most is None else one.most) // pack
    return least, max(least, most)


def _bundle(facts: Sequence[PlaceFacts], asked: Sequence[int]) -> int:
    """Pieces that go together: a pack, or where a product is wanted in millions of packs, so many packs."""
    wanted = sum(max(_bounds(one, pieces, one.pack)) for one, pieces in zip(facts, asked, strict=True))
    return facts[0].pack * max(1, -(-wanted // COUNTED_MAX))
