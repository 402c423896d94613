"""Sums of movements by month: what went in and out of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from zhixuan.modules.stock.models import Movement
from zhixuan.rules.periods import Month


@dataclass(slots=True)
class MonthTotal:
    """Pieces gained and lost in a month."""

    month: Month
    gained: int = 0
    lost: int = 0


def monthly(place_ids: Sequence[int], *, product_id: int | None = None) -> list[MonthTotal]:
    """Totals by month over the places, earliest first; months without movements are left out."""
    totals: dict[Month, MonthTotal] = {}
    for side, attribute in (("to_place_id__in", "gained"), ("from_place_id__in", "lost")):
        movements = Movement.objects.filter(**{side: list(place_ids)})
        if product_id is not None:
            movements = movements.filter(product_id=product_id)
        rows = movements.annotate(month=TruncMonth("on")).values_list("month").annotate(total=Sum("pieces")).order_by()
        for day, pieces in rows:
            month = Month(day.year, day.month)
            total = totals.setdefault(month, MonthTotal(month))
            setattr(total, attribute, getattr(total, attribute) + pieces)
    return [totals[month] for month in sorted(totals)]
