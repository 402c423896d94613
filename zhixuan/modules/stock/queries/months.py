"""Months of a store: which are closed, which can be, and what stood at their ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q

from zhixuan.modules.stock.models import MonthClose, Movement
from zhixuan.modules.stock.queries import sums
from zhixuan.rules.periods import Month


@dataclass(frozen=True, slots=True)
class MonthOfStore:
    """One month of one store, totals in pieces over all products; `close` is None while it is open."""

    month: Month
    opening: int
    gained: int
    lost: int
    closing: int
    close: MonthClose | None


def last_closed(store_id: int) -> Month | None:
    month = MonthClose.objects.filter(place_id=store_id).order_by("-month").values_list("month", flat=True).first()
    return None if month is None else month_of(month)


def first(store_id: int) -> Month | None:
    """The month of the first movement of a store."""
    day = Movement.objects.filter(Q(from_place_id=store_id) | Q(to_place_id=store_id)).aggregate(day=Min("on"))["day"]
    return None if day is None else month_of(day)


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def months_of_store(store_id: int, *, today: date) -> list[MonthOfStore]:
    """Every month from the first movement to now, latest first."""
    start = first(store_id)
    if start is None:
        return []
    closes = {month_of(close.month): close for close in MonthClose.objects.filter(place_id=store_id)}
    totals = {total.month: total for total in sums.monthly([store_id])}
    rows, balance = [], 0
    month = start
    while month <= month_of(today):
        total = totals.get(month)
        gained, lost = (total.gained, total.lost) if total else (0, 0)
        rows.append(MonthOfStore(month, balance, gained, lost, balance + gained - lost, closes.get(month)))
        balance += gained - lost
        month = month.next
    return rows[::-1]


def closed_through_by_facility(facility_ids: Iterable[int]) -> dict[int, Month]:
    """The latest closed month by facility."""
    rows = (
        MonthClose.objects.filter(place__facility_id__in=list(facility_ids))
        .values_list("place__facility_id")
        .annotate(latest=Max("month"))
        .order_by()
    )
    return {facility_id: month_of(latest) for facility_id, latest in rows}
