"""What the ledger, the orders and the calendar say on a day: the facts an allocation is worked out from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area, Facility
from zhixuan.modules.orders.queries.plans import places_fed
from zhixuan.modules.orders.queries.promised import promised
from zhixuan.modules.orders.queries.rhythm import rhythm_of
from zhixuan.modules.planning.queries.allocation_forecasts import months_ahead
from zhixuan.modules.stock.queries import norms, on_hand, picking
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.orders.rhythm import next_due
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts
from zhixuan.rules.planning.usual_need import MonthAhead, mean_by_forecast
from zhixuan.rules.stock.levels import CALENDAR_DAYS_PER_MONTH
from zhixuan.rules.stock.norms import Bounds
from zhixuan.rules.stock.order_levels import months_filled

Series = tuple[int, int]
"""(facility id, product id)"""
Promised = Mapping[tuple[int, int, int], int]
"""Pieces by supplier, place that gets them, and product."""


@dataclass(frozen=True, slots=True)
class Found:
    """Facts of every line, lots of every store, and when each place's delivery after this one should arrive."""

    facts: list[PlaceFacts]
    lots: list[LotThere]
    next_on: dict[int, date]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked of the database once for all lines."""

    rows: Mapping[Series, Mapping[str, Any]]
    promised: Mapping[Series, int]
    bounds: Mapping[int, Bounds]
    ahead: Mapping[Series, tuple[MonthAhead, ...]]
    permitted: Mapping[int, frozenset[int] | None]
    packs: Mapping[int, tuple[int, int]]
    areas: Mapping[str, int]
    next_on: Mapping[int, date]


def common_area(givers: Collection[Facility]) -> Area | None:
    """The smallest area that all these stores lie in; None where they have none in common."""
    paths = [one.area_path.rstrip("/").split("/") for one in givers]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    found = directory.areas_by_code([shared[-1]]) if shared and shared[-1] else {}
    return next(iter(found.values()), None)


def found(givers: Sequence[Facility], product_ids: Collection[int], *, area: Area, on: date) -> Found:
    """Facts of every place that these stores feed and every product asked for, or that they have.

    Args:
        product_ids: none for all that the stores have.
    """
    fed = {giver.pk: places_fed(giver, on=on) for giver in givers}
    places = [place for listed in fed.values() for place in listed]
    kept = promised([*fed, *(place.pk for place in places)])
    active = set(catalogue.active_products().values_list("pk", flat=True))
    wanted = active & set(product_ids) if product_ids else active
    lots = [lot for giver in givers for lot in _lots(giver, wanted, kept, on)]
    products = wanted if product_ids else {lot.product for lot in lots}
    known = _known(places, products, kept, area, on)
    facts = [
        _facts(giver, place, product, known, on)
        for giver in givers
        for place in fed[giver.pk]
        for product in sorted(products)
        if _may_hold(known, place.pk, product)
    ]
    return Found(facts, lots, dict(known.next_on))


def _known(
    places: Sequence[Facility],
    products: Collection[int],
    kept: Promised,
    area: Area,
    on: date,
) -> _Known:
    listed = on_hand.with_levels(on_hand.of_facilities([one.pk for one in places], today=on), today=on)
    below = {one.pk: _area_below(one.area_path, area.path) for one in places}
    codes = {path.rstrip("/").rpartition("/")[2] for path in below.values()}
    by_path = {one.path: one.pk for one in directory.areas_by_code(codes).values()}
    in_force = norms.in_force()
    coming: dict[Series, int] = defaultdict(int)
    for (_supplier, asker, product), pieces in kept.items():
        coming[asker, product] += pieces
    return _Known(
        rows={(row["facility_id"], row["product_id"]): row for row in listed},
        promised=coming,
        bounds={one.pk: in_force.bounds(one.level, facility_id=one.pk, area_path=one.area_path) for one in places},
        ahead=months_ahead([one.pk for one in places], on=on),
        permitted={one.pk: directory.permitted_product_ids(one.pk) for one in places},
        packs=catalogue.usual_packs(products),
        areas={one.area_path: by_path.get(below[one.pk], area.pk) for one in places},
        next_on={one.pk: _next_on(one.level, on) for one in places},
    )


def _area_below(path: str, root: str) -> str:
    """The area directly below the plan's own that a place lies in: the plan's own where it lies in none."""
    rest = path.removeprefix(root).split("/")[0] if path.startswith(root) else ""
    return f"{root}{rest}/" if rest else root


def _next_on(level: str, on: date) -> date:
    """When the delivery after this one should arrive: the next order is due, and goods travel."""
    rhythm = rhythm_of(level)
    return next_due(rhythm, today=on, last_asked_on=on).on + timedelta(days=rhythm.days_on_the_way)


def _may_hold(known: _Known, place: int, product: int) -> bool:
    permitted = known.permitted[place]
    return permitted is None or product in permitted


def _facts(giver: Facility, place: Facility, product: int, known: _Known, on: date) -> PlaceFacts:
    row = known.rows.get((place.pk, product), {})
    ahead = known.ahead.get((place.pk, product), ())
    bounds = known.bounds[place.pk]
    per_month = mean_by_forecast(ahead) if ahead else row.get("per_month")
    return PlaceFacts(
        giver=giver.pk,
        place=place.pk,
        product=product,
        area=known.areas[place.area_path],
        pack=known.packs.get(product, (1, 1))[0],
        per_month=per_month,
        ahead=ahead,
        stock=max(0, row.get("usable", 0)),
        coming=max(0, row.get("coming", 0)) + known.promised.get((place.pk, product), 0),
        norm_months=months_filled(per_month, Fraction(bounds.max_months), row.get("order_level")),
        emergency_months=Fraction(bounds.emergency_months),
        next_months=(known.next_on[place.pk] - on).days / CALENDAR_DAYS_PER_MONTH,
    )


def _lots(giver: Facility, products: Collection[int], kept: Promised, on: date) -> list[LotThere]:
    """Lots that may leave a store and are not promised to anybody yet; what is promised goes first to expire first."""
    owed: dict[int, int] = defaultdict(int)
    for (supplier, _asker, product), pieces in kept.items():
        if supplier == giver.pk:
            owed[product] += pieces
    free = []
    for product, lots in picking.lots_on_hand(places_of(giver.pk), products).items() if products else ():
        for lot in sorted(lots, key=lambda one: (one.expires_on, one.lot_id)):
            if lot.recalled or lot.expires_on < on or lot.pieces <= 0:
                continue
            taken = min(owed[product], lot.pieces)
            owed[product] -= taken
            if lot.pieces > taken:
                months = (lot.expires_on - on).days / CALENDAR_DAYS_PER_MONTH
                free.append(LotThere(lot.lot_id, giver.pk, product, lot.pieces - taken, months))
    return free
