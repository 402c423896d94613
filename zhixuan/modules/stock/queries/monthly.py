"""The fact table of the ledger: a row for every store, product and month. Issues are those of `use`, to the piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.stock.models import MonthClose, Place
from zhixuan.modules.stock.queries import past_expiry, use
from zhixuan.modules.stock.queries.use import CLIENTS, UNDONE, USED
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.facts import DayOfCard, MonthOfCard, months_of_card
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import sql

STORES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """All months of a product at a facility, earliest first."""

    facility_id: int
    product_id: int
    months: list[MonthOfCard]


def newest_full_month(today: date) -> Month:
    """The latest month that is over; in books that ended earlier, their last one."""
    return Month.of(use.reference_day(today)).previous


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
    days = _days(stores, until.last_day)
    kept = _kept(stores, days)
    wanted = {series for series in days if product_id is None or series[1] == product_id}
    first = min((min(days[series]) for series in wanted), default=until.first_day)
    expired = past_expiry.changes(wanted, first, today)
    found = []
    for place, product in sorted(wanted):
        gone = expired.get((place, product), {})
        months = months_of_card(days[place, product], gone, kept[place], until=until)
        found.append(Card(facilities[place], product, months))
    return found


def _days(stores: Sequence[int], until: date) -> dict[tuple[int, int], dict[date, DayOfCard]]:
    places = sql.marks(len(stores))
    side = [CLIENTS, CLIENTS, sql.date_value(until), *stores]
    found: dict[tuple[int, int], dict[date, DayOfCard]] = defaultdict(dict)
    rows = sql.rows(BY_DAY.format(places=places), [*side, *side])
    for place, product, on, change, issued, dispensed, received in rows:
        one = found[place, product].setdefault(sql.as_date(on), DayOfCard())
        one.change += int(change)
        one.issued += int(issued)
        one.dispensed += int(dispensed)
        one.received += int(received)
    return found


def _kept(stores: Sequence[int], days: Mapping[tuple[int, int], Mapping[date, DayOfCard]]) -> dict[int, set[Month]]:
    """Months in which a store kept its books."""
    kept: dict[int, set[Month]] = defaultdict(set)
    for (place, _product), moved in days.items():
        kept[place] |= {Month.of(day) for day in moved}
    for place, month in MonthClose.objects.filter(place__in=stores).values_list("place_id", "month"):
        kept[place].add(Month.of(month))
    return kept


BY_DAY = f"""
    SELECT moved.from_place_id, moved.product_id, moved."on", -sum(moved.pieces),
        sum(CASE WHEN {USED} THEN moved.pieces ELSE 0 END),
        sum(CASE WHEN moved.to_place_id = %s THEN moved.pieces ELSE 0 END),
        -sum(CASE WHEN target.kind = 'supplier' THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" <= %s AND moved.from_place_id IN ({{places}})
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT moved.to_place_id, moved.product_id, moved."on", sum(moved.pieces),
        -sum(CASE WHEN {UNDONE} THEN moved.pieces ELSE 0 END),
        -sum(CASE WHEN moved.from_place_id = %s THEN moved.pieces ELSE 0 END),
        sum(CASE WHEN source.kind = 'supplier'
            OR (source.kind = 'transit' AND source.facility_id = target.facility_id) THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_place source ON source.id = moved.from_place_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" <= %s AND moved.to_place_id IN ({{places}})
    GROUP BY 1, 2, 3
"""  # noqa: S608 (our own words)
"""(store, product, day, change, issued, of it to clients, received)."""
