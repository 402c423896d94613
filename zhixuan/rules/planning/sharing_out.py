"""The allocation plan: what each place gets of each product, why, and what it would come to.

Everything is worked out from the facts of the day of drawing and a few settings of the planner, by
`allocation.allocate`, the same that `zhixuan allocate` uses; so it can be worked out again without asking anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Series, Settings, by_series
from zhixuan.rules.refusal import Refused

if TYPE_CHECKING:
    from zhixuan.rules.planning.allocation import Allocation, AreaFloor, Counts, Places, Supply
    from zhixuan.rules.planning.columns import Columns
    from zhixuan.rules.planning.need import Matrix

Report = Callable[[int, int], None]

COUNTED_MAX: Final = 1_000_000
"""Packs of a product that are looked at one by one; of more, so many bundles."""
CLOSE: Final = 1e-9
"""Of a month: less than that is rounding."""


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
    months: float
    floor_months: float
    worth_here: float | None = None
    worth_there: float | None = None


def share_out(
    facts: Sequence[PlaceFacts], lots: Sequence[LotThere], settings: Settings, report: Report | None = None
) -> list[Share]:
    """A share for every place and product, in their order.

    Args:
        report: told how many products of stores are done, and how many there are.

    Raises:
        Refused: what the planner wants everybody to have is more than there is, or than can be used in time.
    """
    from zhixuan.rules.planning import columns

    shares: dict[int, Share] = {}
    groups = by_series(facts)
    for done, (series, rows) in enumerate(groups.items()):
        if report is not None:
            report(done, len(groups))
        lines = columns.columns_of([facts[row] for row in rows])
        answer = work_out(series, lines, columns.need(lines, settings), lots, settings)
        shares.update(zip(rows, _shares([facts[row] for row in rows], answer, settings), strict=True))
    return [shares[row] for row in range(len(facts))]


@dataclass(frozen=True)
class WorkedOut:
    """What came out for the lines of one product of one store.

    Args:
        lots: that were shared out, next expiry first; asked: pieces, of each line.
        pack: pieces that went together, a pack or a bundle of packs.
    """

    lines: Columns
    lots: Sequence[LotThere]
    asked: Counts
    supply: Supply
    places: Places
    answer: Allocation

    @property
    def pack(self) -> int:
        return self.supply.pieces_per_pack

    @property
    def pieces(self) -> Counts:
        return self.answer.by_place * self.pack


def work_out(series: Series, lines: Columns, need: Matrix, lots: Sequence[LotThere], settings: Settings) -> WorkedOut:
    """Share one product of one store out among its lines.

    Args:
        need: of the lines over the time to be covered (`columns.need`).
        lots: of all stores and products; those of the series count.

    Raises:
        Refused: as `share_out`; its field names the product.
    """
    from zhixuan.rules.planning import columns
    from zhixuan.rules.planning.allocation import allocate

    ordered = _supply_of([lot for lot in lots if (lot.giver, lot.product) == series], series, settings)
    asked = columns.asked(lines, settings)
    supply, places, areas = _problem(lines, need, ordered, asked, settings)
    try:
        answer = allocate(supply, places, floor_months=columns.floors(lines, settings), areas=areas)
    except Refused as refused:
        refused.field = f"product-{series[1]}"
        raise
    return WorkedOut(lines, ordered, asked, supply, places, answer)


def _supply_of(lots: Sequence[LotThere], series: Series, settings: Settings) -> list[LotThere]:
    """Lots as far as they may be given out, next expiry first."""
    giver, product = series
    if product in settings.assumed:
        return [LotThere(0, giver, product, settings.assumed[product], Fraction(10**6))]
    ordered = sorted(lots, key=lambda lot: (lot.months, lot.lot_id))
    return [replace(lot, pieces=lot.pieces * settings.supply_percent // 100) for lot in ordered]


def _shares(facts: Sequence[PlaceFacts], found: WorkedOut, settings: Settings) -> list[Share]:
    from zhixuan.rules.planning import columns

    supply, places, answer, pack = found.supply, found.places, found.answer, found.pack
    cover, floors = columns.cover(found.lines, settings).tolist(), columns.floors(found.lines, settings).tolist()
    here, there = _last_worths(supply, places, answer)
    left = int(supply.packs.sum() - answer.packs.sum())
    some, pieces, packs = bool(supply.packs.any()), found.pieces.tolist(), answer.packs.tolist()
    beyond = (places.usable[:, -1] < found.pieces + pack).tolist() if some else [False] * len(facts)
    asked, floor, raised = found.asked.tolist(), (answer.floor_packs * pack).tolist(), answer.area_packs.tolist()
    shares = []
    for row, one in enumerate(facts):
        share = Share(
            pieces=pieces[row],
            asked=asked[row],
            lots=tuple((lot.lot_id, sent * pack) for lot, sent in zip(found.lots, packs[row], strict=True) if sent),
            floor=floor[row],
            why=Why.EMPTY,
            months=cover[row],
            floor_months=floors[row],
            worth_here=here[row],
            worth_there=there,
        )
        why = _why(one, share, stuck=left > 0 or beyond[row], raised=bool(raised[row]))
        shares.append(replace(share, why=why if some or not share.asked else Why.EMPTY))
    return shares


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
    reached = (one.there + share.pieces) / float(one.per_month) if one.per_month else None
    return Why.FLOOR if reached is not None and reached < share.floor_months - CLOSE else Why.SHORT


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
    lines: Columns, need: Matrix, lots: Sequence[LotThere], asked: Counts, settings: Settings
) -> tuple[Supply, Places, AreaFloor | None]:
    """The arrays that `allocate` takes, in packs, or bundles where a product is wanted in millions of packs."""
    import numpy as np

    from zhixuan.rules.planning import columns
    from zhixuan.rules.planning.allocation import AreaFloor, Places, Supply, worth_of
    from zhixuan.rules.planning.need import Need

    _least, most = _bounds(lines, asked, lines.pack)
    pack = lines.pack * max(1, -(-int(most.sum()) // COUNTED_MAX))
    least, most = _bounds(lines, asked, pack)
    places = Places(
        stock=np.maximum(lines.there, 0).astype(np.float64),
        per_month=lines.use,
        need=Need(need),
        usable=columns.usable(lines, lots),
        least=least,
        most=most,
        worth=worth_of(lines.use),
    )
    floor = float(settings.area_floor_months)
    areas = AreaFloor(np.unique(lines.area, return_inverse=True)[1], floor) if floor else None
    return Supply(np.array([lot.pieces // pack for lot in lots], dtype=np.int64), pack), places, areas


def _bounds(lines: Columns, asked: Counts, pack: int) -> tuple[Counts, Counts]:
    """The least and the most packs of each place."""
    import numpy as np

    least = np.maximum(lines.least, 0) // pack
    most = np.maximum(np.where(lines.most >= 0, lines.most, asked) // pack, least)
    fixed = lines.fixed >= 0
    return np.where(fixed, lines.fixed // pack, least), np.where(fixed, lines.fixed // pack, most)
