"""Imported monthly cards against the ledger: what posting them would change, and what stands there at month ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Max, Min, Q, QuerySet, Sum

from zhixuan.modules.stock.models import MonthClose, Movement, Place
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock import card_posting
from zhixuan.rules.stock.card_posting import Bounds, Entry
from zhixuan.rules.stock.cards import CardRow
from zhixuan.rules.stock.ledger import EventKind, PlaceKind

BOOKED_AT = (PlaceKind.STORE, PlaceKind.SUSPENSE)
OF_CARDS = Q(event__kind=EventKind.CARD) | Q(event__reverses__kind=EventKind.CARD)
Series = tuple[int, int]
"""(facility id, product id)"""


@dataclass(frozen=True, slots=True)
class CardSeries:
    """The counting rows of one product at one facility, one a month, oldest first: all of them, old and new."""

    facility_id: int
    product_id: int
    rows: tuple[CardRow, ...]


@dataclass(frozen=True, slots=True)
class CardChange:
    """What posting a series would change: pieces by entry; nothing when `refused` says why it cannot be posted."""

    series: CardSeries
    changes: dict[Entry, int]
    refused: Refused | None


@dataclass(frozen=True, slots=True)
class BookPlace:
    """A store or suspense that cards are booked at."""

    facility_id: int
    kind: str


def book_places(facility_ids: Iterable[int]) -> dict[int, BookPlace]:
    """Stores and suspenses of facilities, by place id."""
    rows = Place.objects.filter(facility_id__in=set(facility_ids), kind__in=BOOKED_AT)
    return {pk: BookPlace(facility_id, kind) for pk, facility_id, kind in rows.values_list("pk", "facility_id", "kind")}


def what_would_change(all_series: Sequence[CardSeries], *, today: date) -> list[CardChange]:
    """The difference between the ledger and the cards, series by series. For posting, call it after the lock."""
    places = book_places(series.facility_id for series in all_series)
    products = {series.product_id for series in all_series}
    posted = _posted(places, products)
    own = _own_since(places, products)
    closed = _closed_until(places)
    found = []
    for series in all_series:
        key = (series.facility_id, series.product_id)
        changes = card_posting.differences(card_posting.entries_of(series.rows), posted.get(key, {}))
        bounds = Bounds(today, closed.get(series.facility_id), own.get(key))
        refused = card_posting.obstacle(series.rows, changes, bounds)
        found.append(CardChange(series, {} if refused else changes, refused))
    return found


def _posted(places: Mapping[int, BookPlace], products: set[int]) -> dict[Series, dict[Entry, int]]:
    """What cards, and their reversals, have posted so far."""
    posted: dict[Series, dict[Entry, int]] = defaultdict(lambda: defaultdict(int))
    for side, sign in (("to_place_id", 1), ("from_place_id", -1)):
        rows = _moved(places, products, side).filter(OF_CARDS).values_list(side, "product_id", "on", "reason")
        for place_id, product_id, on, reason, pieces in rows.annotate(total=Sum("pieces")).order_by():
            place = places[place_id]
            posted[place.facility_id, product_id][Entry(on, reason, place.kind)] += sign * pieces
    return posted


def _own_since(places: Mapping[int, BookPlace], products: set[int]) -> dict[Series, date]:
    """Day of the first movement that no card gave rise to."""
    since: dict[Series, date] = {}
    for side in ("to_place_id", "from_place_id"):
        rows = _moved(places, products, side).exclude(OF_CARDS).values_list(side, "product_id")
        for place_id, product_id, day in rows.annotate(day=Min("on")).order_by():
            key = (places[place_id].facility_id, product_id)
            since[key] = min(day, since.get(key, day))
    return since


def _moved(places: Mapping[int, BookPlace], products: set[int], side: str) -> QuerySet[Movement]:
    return Movement.objects.filter(**{f"{side}__in": list(places)}, product_id__in=products)


def _closed_until(places: Mapping[int, BookPlace]) -> dict[int, date]:
    rows = MonthClose.objects.filter(place_id__in=list(places)).values_list("place_id").annotate(last=Max("month"))
    return {places[place_id].facility_id: Month.of(month).last_day for place_id, month in rows}


def day_ends(facility_ids: Iterable[int]) -> Iterator[tuple[int, int, str, date, int]]:
    """(facility, product, store or suspense, day, pieces at the end of that day) for every day on which something
    moved, in that order: summed by the database from the movements alone."""
    place_ids = sorted(book_places(facility_ids))
    if not place_ids:
        return
    marks = ", ".join(["%s"] * len(place_ids))
    with connection.cursor() as cursor:
        cursor.execute(DAY_ENDS.format(marks=marks), place_ids * 2)
        while rows := cursor.fetchmany(5000):
            for facility_id, product_id, kind, day, pieces in rows:
                yield facility_id, product_id, kind, _as_date(day), int(pieces)


DAY_ENDS = (
    'SELECT facility_id, product_id, kind, "on", sum(sum(pieces)) OVER '
    '(PARTITION BY facility_id, product_id, kind ORDER BY "on") FROM ('
    'SELECT to_place_id AS place_id, product_id, "on", pieces FROM stock_movement WHERE to_place_id IN ({marks}) '
    'UNION ALL SELECT from_place_id, product_id, "on", -pieces FROM stock_movement WHERE from_place_id IN ({marks})'
    ") both_sides JOIN stock_place ON stock_place.id = both_sides.place_id "
    'GROUP BY facility_id, product_id, kind, "on" ORDER BY facility_id, product_id, kind, "on"'
)


def _as_date(value: date | str) -> date:
    """SQLite answers plain SQL with text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
