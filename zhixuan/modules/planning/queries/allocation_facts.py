"""What the ledger, the orders and the calendar say on a day: the facts an allocation is worked out from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area, Facility
from zhixuan.modules.orders.queries.plans import places_fed
from zhixuan.modules.orders.queries.promised import promised
from zhixuan.modules.orders.queries.rhythm import rhythm_of
from zhixuan.modules.planning.queries.allocation_forecasts import months_ahead
from zhixuan.modules.stock.queries import norms, on_hand, picking, replaced
from zhixuan.modules.stock.queries.on_hand import Row
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.orders.rhythm import next_due
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts
from zhixuan.rules.planning.usual_need import MonthAhead, mean_by_forecast
from zhixuan.rules.replacing import Handover, handover
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
    packs: Mapping[int, tuple[int, int]]
    areas: Mapping[str, int]
    next_on: Mapping[int, date]
    how: Mapping[int, Handover]


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
    stores = _stores(givers, product_ids, on)
    known = _known(stores, area, on)
    facts = [_facts(giver, place, product, known, on) for giver, place, product in stores.held]
    return Found(facts, stores.lots, dict(known.next_on))


def there_now(
    givers: Sequence[Facility], product_ids: Collection[int], *, on: date
) -> tuple[dict[tuple[int, int, int], int], list[LotThere]]:
    """What `found` says of the stock of places, by giver, place and product, and of lots; without use and forecasts."""
    stores = _stores(givers, product_ids, on)
    rows = _rows(stores.rows(on))
    coming = stores.coming()
    there = {
        (giver.pk, place.pk, product): sum(_there(rows.get(series, {}), coming.get(series, 0)))
        for giver, place, product in stores.held
        for series in [(place.pk, product)]
    }
    return there, stores.lots


@dataclass(frozen=True, slots=True)
class _Stores:
    """The stores that give, the places that they feed, what is promised already, the lots that are free, and by store
    which products count as others there."""

    fed: Sequence[tuple[Facility, Sequence[Facility]]]
    kept: Promised
    lots: list[LotThere]
    products: Collection[int]
    lists: Mapping[int, frozenset[int]]
    how: Mapping[int, Handover]

    @property
    def places(self) -> list[Facility]:
        return [place for _giver, places in self.fed for place in places]

    @property
    def held(self) -> Iterator[tuple[Facility, Facility, int]]:
        """Every place and product that it may hold, with the store."""
        products = sorted(self.products)
        for giver, places in self.fed:
            for place in places:
                permitted = self.lists.get(place.pk)
                for product in products:
                    if permitted is None or product in permitted:
                        yield giver, place, product

    def rows(self, on: date) -> list[Row]:
        """What lies at the places and is on the way there, products that are gone as their successors."""
        by_place: dict[int, list[Row]] = defaultdict(list)
        for row in on_hand.of_facilities([one.pk for one in self.places], today=on):
            by_place[row["facility_id"]].append(row)
        found: list[Row] = []
        for giver, places in self.fed:
            listed = chain.from_iterable(by_place[place.pk] for place in places)
            found += replaced.joined_rows(listed, self.how[giver.pk])
        return found

    def coming(self) -> dict[Series, int]:
        """Promised to each place already, in pieces of the product that it counts as there."""
        coming: dict[Series, int] = defaultdict(int)
        hows = {place.pk: self.how[giver.pk] for giver, places in self.fed for place in places}
        for (_supplier, asker, product), pieces in self.kept.items():
            step = hows.get(asker, Handover({})).counts_as(product)
            coming[asker, step.product] += int(pieces * step.pieces)
        return coming


def _stores(givers: Sequence[Facility], product_ids: Collection[int], on: date) -> _Stores:
    fed = [(giver, places_fed(giver, on=on)) for giver in givers]
    ids = [place.pk for _giver, places in fed for place in places]
    kept = promised([*(giver.pk for giver in givers), *ids])
    active = set(catalogue.active_products().values_list("pk", flat=True))
    wanted = active & set(product_ids) if product_ids else active
    successors = catalogue.successors(on)
    free = {giver.pk: _lots(giver, wanted | successors.keys(), kept, on) for giver in givers}
    how = {giver: handover(successors, {lot.product for lot in lots}) for giver, lots in free.items()}
    lots = [lot for listed in free.values() for lot in listed if lot.product in wanted]
    products = wanted if product_ids else {lot.product for lot in lots}
    return _Stores(fed, kept, lots, products, directory.permitted_lists(ids), how)


def _rows(listed: Iterable[Mapping[str, Any]]) -> dict[Series, Mapping[str, Any]]:
    return {(row["facility_id"], row["product_id"]): row for row in listed}


def _there(row: Mapping[str, Any], promised_there: int) -> tuple[int, int]:
    """Usable at hand; on the way or promised."""
    return max(0, row.get("usable", 0)), max(0, row.get("coming", 0)) + promised_there


def _known(stores: _Stores, area: Area, on: date) -> _Known:
    places = stores.places
    below = {one.pk: _area_below(one.area_path, area.path) for one in places}
    codes = {path.rstrip("/").rpartition("/")[2] for path in below.values()}
    by_path = {one.path: one.pk for one in directory.areas_by_code(codes).values()}
    in_force = norms.in_force()
    return _Known(
        rows=_rows(on_hand.with_levels(stores.rows(on), today=on)),
        promised=stores.coming(),
        bounds={one.pk: in_force.bounds(one.level, facility_id=one.pk, area_path=one.area_path) for one in places},
        ahead=months_ahead([one.pk for one in places], on=on),
        packs=catalogue.usual_packs(stores.products),
        areas={one.area_path: by_path.get(below[one.pk], area.pk) for one in places},
        next_on={one.pk: _next_on(one.level, on) for one in places},
        how=stores.how,
    )


def _area_below(path: str, root: str) -> str:
    """The area directly below the plan's own that a place lies in: the plan's own where it lies in none."""
    rest = path.removeprefix(root).split("/")[0] if path.startswith(root) else ""
    return f"{root}{rest}/" if rest else root


def _next_on(level: str, on: date) -> date:
    """When the delivery after this one should arrive: the next order is due, and goods travel."""
    rhythm = rhythm_of(level)
    return next_due(rhythm, today=on, last_asked_on=on).on + timedelta(days=rhythm.days_on_the_way)


def _facts(giver: Facility, place: Facility, product: int, known: _Known, on: date) -> PlaceFacts:
    row = known.rows.get((place.pk, product), {})
    speaks_for_two = product in known.how[giver.pk].beside
    ahead = () if speaks_for_two else known.ahead.get((place.pk, product), ())
    level = None if speaks_for_two else row.get("order_level")
    bounds = known.bounds[place.pk]
    stock, coming = _there(row, known.promised.get((place.pk, product), 0))
    per_month = mean_by_forecast(ahead) if ahead else row.get("per_month")
    return PlaceFacts(
        giver=giver.pk,
        place=place.pk,
        product=product,
        area=known.areas[place.area_path],
        pack=known.packs.get(product, (1, 1))[0],
        per_month=per_month,
        ahead=ahead,
        stock=stock,
        coming=coming,
        norm_months=months_filled(per_month, Fraction(bounds.max_months), level),
        level=level,
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
