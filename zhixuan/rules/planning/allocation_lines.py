"""What a planner may make of an allocation: quantities, bounds and settings; and what changed since it was drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Series, Settings, by_series
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX

MONTHS_MAX: Final = 24
PERCENT_MAX: Final = 100
ASSUMED_PERCENT_MAX: Final = 300


def check_line(pieces: int, reason: str, *, proposed: int, pack: int, field: str = "pieces") -> None:
    """A quantity is whole packs, and has its reason where it is another than the proposed one.

    Raises:
        Refused: all that is wrong with it.
    """
    wrong = [*_not_whole(pieces, pack, field)]
    if pieces != proposed and not reason.strip():
        wrong.append(
            Refused(
                N_("The system proposes {proposed}. Say why this place gets another quantity."),
                field="reason",
                code="reason_needed",
                proposed=proposed,
            )
        )
    raise_all(wrong)


def check_bounds(least: int | None, most: int | None, *, pack: int) -> None:
    """Bounds are whole packs, and the least is no more than the most.

    Raises:
        Refused: all that is wrong with them.
    """
    wrong = [*_not_whole(least or 0, pack, "least"), *_not_whole(most or 0, pack, "most")]
    if least is not None and most is not None and least > most:
        wrong.append(Refused(N_("What a place gets at least is no more than what it gets at most."), field="least"))
    raise_all(wrong)


def _not_whole(pieces: int, pack: int, field: str) -> Iterable[Refused]:
    if not 0 <= pieces <= PIECES_MAX:
        yield Refused(N_("A quantity is 0 or more."), field=field, code="negative")
    elif pieces % pack:
        yield Refused(
            N_("{pieces} is not a whole number of packs of {pack}. Enter {lower} or {higher}."),
            field=field,
            code="opened_pack",
            pieces=pieces,
            pack=pack,
            lower=pieces // pack * pack,
            higher=(pieces // pack + 1) * pack,
        )


def check_settings(settings: Settings, *, what_if: bool = False) -> None:
    """Months and shares are within what makes sense; more than there is may only be assumed.

    Raises:
        Refused: all that is wrong with them.
    """
    wrong = [
        Refused(N_("Enter months between 0 and {most}."), field=field, most=MONTHS_MAX)
        for field, months in (
            ("horizon_months", settings.horizon_months),
            ("floor_months", settings.floor_months),
            ("area_floor_months", settings.area_floor_months),
        )
        if months is not None and not 0 <= months <= MONTHS_MAX
    ]
    most = ASSUMED_PERCENT_MAX if what_if else PERCENT_MAX
    if not 0 <= settings.supply_percent <= most:
        wrong.append(Refused(N_("Enter a share between 0 and {most} percent."), field="supply_percent", most=most))
    raise_all(wrong)


AtPlace = tuple[int, int, int]
"""(giver, place, product)"""


@dataclass(frozen=True, slots=True)
class Given:
    """What a line gets in the end."""

    facts: PlaceFacts
    pieces: int


def over_supply(given: Sequence[Given], lots: Sequence[LotThere]) -> dict[Series, int]:
    """Pieces given beyond what the lots hold, by giver and product; only those with any."""
    totals: dict[Series, tuple[int, int]] = {}
    for one in given:
        key = (one.facts.giver, one.facts.product)
        totals[key] = (totals.get(key, (0, 0))[0] + one.pieces, one.facts.pack)
    return over_totals(totals, lots)


def over_totals(totals: Mapping[Series, tuple[int, int]], lots: Iterable[LotThere]) -> dict[Series, int]:
    """The same of what is given in all, and the pieces of a pack, by giver and product."""
    left = {key: pieces for key, (pieces, _pack) in totals.items()}
    for lot in lots:
        key = (lot.giver, lot.product)
        if key in left:
            left[key] -= lot.pieces // totals[key][1] * totals[key][1]
    return {key: over for key, over in left.items() if over > 0}


def assign_lots(given: Sequence[Given], lots: Sequence[LotThere]) -> tuple[list[list[tuple[int, int]]], list[int]]:
    """Which lots go where: the next to expire first, to whoever can use it in time.

    Returns:
        (lot id, pieces) of each line, in their order; and pieces of each line for which there is no fitting lot.
    """
    from zhixuan.rules.planning.columns import columns_of, usable

    chosen: list[list[tuple[int, int]]] = [[] for _ in given]
    waiting = [one.pieces for one in given]
    ordered: dict[Series, list[LotThere]] = defaultdict(list)
    for lot in sorted(lots, key=lambda one: (one.months, one.lot_id)):
        ordered[lot.giver, lot.product].append(lot)
    facts = [one.facts for one in given]
    for series, rows in by_series(facts).items():
        in_time = usable(columns_of([facts[row] for row in rows]), ordered[series]).T.tolist()
        for lot, most in zip(ordered[series], in_time, strict=True):
            left = lot.pieces
            for row, usable_there in zip(rows, most, strict=True):
                size, had = facts[row].pack, given[row].pieces - waiting[row]
                room = min(waiting[row], left, max(0.0, usable_there - had))
                take = int(room + 1e-9) // size * size
                if take:
                    chosen[row].append((lot.lot_id, take))
                    waiting[row] -= take
                    left -= take
    return chosen, waiting


@dataclass(frozen=True, slots=True)
class Change:
    """A lot, or what a place has, that is other than on the day of drawing. `lot_id` 0: the place's own stock."""

    giver: int
    product: int
    lot_id: int
    place: int
    before: int
    now: int


def changed_lots(before: Sequence[LotThere], now: Sequence[LotThere]) -> list[Change]:
    """Lots with other free pieces than when the plan was drawn, gone and new ones too."""
    was = {lot.lot_id: lot for lot in before}
    there = {lot.lot_id: lot for lot in now}
    return [
        Change(one.giver, one.product, lot_id, 0, _pieces(was, lot_id), _pieces(there, lot_id))
        for lot_id, one in sorted((was | there).items())
        if _pieces(was, lot_id) != _pieces(there, lot_id)
    ]


def _pieces(lots: Mapping[int, LotThere], lot_id: int) -> int:
    return lots[lot_id].pieces if lot_id in lots else 0


def changed_places(before: Mapping[AtPlace, int], now: Mapping[AtPlace, int]) -> list[Change]:
    """Places that have other stock, on the way included, than when the plan was drawn, in the order of what was."""
    return [
        Change(giver, product, 0, place, there, now[giver, place, product])
        for (giver, place, product), there in before.items()
        if now.get((giver, place, product), there) != there
    ]


def months_text(months: Fraction | None) -> str:
    """Exact months as they are kept."""
    return "" if months is None else str(months)
