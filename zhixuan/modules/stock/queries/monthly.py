"""The fact table of the ledger: a row for every store, product and month. Issues are those of `use`, to the piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from zhixuan.modules.stock.models import MonthClose, Movement, Place
from zhixuan.modules.stock.queries import use
from zhixuan.modules.stock.queries.use import CLIENTS, EXPIRED_BEFORE, ONE_DAY, UNDONE, USED
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.facts import DayOfCard, MonthOfCard, months_of_card
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import sql

STORES_AT_ONCE = 50
Series = tuple[int, int]
"""(store place id, product id)"""


@dataclass(frozen=True, slots=True)
class Card:
    """All months of a product at a facility, earliest first."""

    facility_id: int
    product_id: int
    months: list[MonthOfCard]


def newest_full_month(today: date) -> Month:
    """The latest month that is over; in books that ended earlier, their last one."""
    return Month.of(use.reference_day(today)).previous


def oldest_month(area_path: str) -> Month | None:
    """The first month in which anything came to a store of an area; None where nothing ever did."""
    came = Movement.objects.filter(to_place__kind=PlaceKind.STORE, to_place__facility__area_path__startswith=area_path)
    first: date | None = came.aggregate(first=Min("on"))["first"]
    return None if first is None else Month.of(first)


def cards(
    facility_ids: Collection[int], *, until: Month, today: date, product_id: int | None = None
) -> Iterator[list[Card]]:
    """Cards of the stores of these facilities, some stores at a time; permission is the caller's.

    Args:
        until: the last month; what happened later is not looked at.
        today: what has expired by then is known to have.
    """
    stores = dict(
        Place.objects.filter(kind=PlaceKind.STORE, facility__in=set(facility_ids))
        .order_by("facility_id")
        .values_list("pk", "facility_id")
    )
    ids = list(stores)
    for start in range(0, len(ids), STORES_AT_ONCE):
        yield _cards(ids[start : start + STORES_AT_ONCE], stores, until, today, product_id)


def card(facility_id: int, product_id: int, *, until: Month, today: date) -> list[MonthOfCard]:
    """Months of one card; none while the facility never had the product."""
    for found in cards([facility_id], until=until, today=today, product_id=product_id):
        for one in found:
            return one.months
    return []


def _cards(
    stores: Sequence[int], facilities: Mapping[int, int], until: Month, today: date, product_id: int | None
) -> list[Card]:
    days, expired = _days(stores, today)
    kept = _kept(stores, days)
    found = []
    for place, product in sorted(days):
        if product_id is None or product == product_id:
            months = months_of_card(days[place, product], expired[place, product], kept[place], until=until)
            found.append(Card(facilities[place], product, months))
    return found


def _days(
    stores: Sequence[int], today: date
) -> tuple[dict[Series, dict[date, DayOfCard]], dict[Series, dict[date, int]]]:
    """What the books say of each day, and what to add so that it is the change of usable stock."""
    now, places = sql.date_value(today), sql.marks(len(stores))
    side = [now, CLIENTS, CLIENTS, *stores]
    days: dict[Series, dict[date, DayOfCard]] = defaultdict(dict)
    expired: dict[Series, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    rows = sql.rows(BY_DAY.format(places=places), [*side, *side, now, *stores])
    for place, product, on, expired_on, change, issued, dispensed, received in rows:
        if expired_on:
            expired[place, product][sql.as_date(expired_on) + ONE_DAY] += int(change)
            if on:
                expired[place, product][sql.as_date(on)] -= int(change)
        if on:
            one = days[place, product].setdefault(sql.as_date(on), DayOfCard())
            one.change += int(change)
            one.issued += int(issued)
            one.dispensed += int(dispensed)
            one.received += int(received)
    return days, expired


def _kept(stores: Sequence[int], days: Mapping[tuple[int, int], Mapping[date, DayOfCard]]) -> dict[int, set[Month]]:
    """Months in which a store kept its books."""
    kept: dict[int, set[Month]] = defaultdict(set)
    for (place, _product), moved in days.items():
        kept[place] |= {Month.of(day) for day in moved}
    for place, month in MonthClose.objects.filter(place__in=stores).values_list("place_id", "month"):
        kept[place].add(Month.of(month))
    return kept


BY_DAY = f"""
    SELECT moved.from_place_id, moved.product_id, moved."on", {EXPIRED_BEFORE}, -sum(moved.pieces),
        sum(CASE WHEN {USED} THEN moved.pieces ELSE 0 END),
        sum(CASE WHEN moved.to_place_id = %s THEN moved.pieces ELSE 0 END),
        -sum(CASE WHEN target.kind = 'supplier' THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_lot lot ON lot.id = moved.lot_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved.from_place_id IN ({{places}})
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT moved.to_place_id, moved.product_id, moved."on", {EXPIRED_BEFORE}, sum(moved.pieces),
        -sum(CASE WHEN {UNDONE} THEN moved.pieces ELSE 0 END),
        -sum(CASE WHEN moved.from_place_id = %s THEN moved.pieces ELSE 0 END),
        sum(CASE WHEN source.kind = 'supplier'
            OR (source.kind = 'transit' AND source.facility_id = target.facility_id) THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_lot lot ON lot.id = moved.lot_id
        JOIN stock_place source ON source.id = moved.from_place_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved.to_place_id IN ({{places}})
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT balance.place_id, balance.product_id, NULL, lot.expires_on, -sum(balance.pieces), 0, 0, 0
    FROM stock_balance balance JOIN stock_lot lot ON lot.id = balance.lot_id
    WHERE lot.expires_on < %s AND balance.pieces <> 0 AND balance.place_id IN ({{places}})
    GROUP BY 1, 2, 4
"""  # noqa: S608 (put together of our own words)
"""(store, product, day, last day of a lot expired by then, change, issued, of it to clients, received); at the end what
lies there expired, without a day."""
