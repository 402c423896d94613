"""Sums of movements by month: what went in and out of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from zhixuan.rules.periods import Month
from zhixuan.shared import sql

# By day first, which the index has in order, so that the text of the month is made once a day and not once a movement.
# On SQLite Django's own month functions call back into Python for every row.
MONTHLY = """
    SELECT {month}, sum(pieces), 0 FROM (
        SELECT "on" AS day, sum(pieces) AS pieces FROM stock_movement
        WHERE to_place_id IN ({places}){own} GROUP BY "on"
    ) gained GROUP BY 1
    UNION ALL
    SELECT {month}, 0, sum(pieces) FROM (
        SELECT "on" AS day, sum(pieces) AS pieces FROM stock_movement
        WHERE from_place_id IN ({places}){own} GROUP BY "on"
    ) lost GROUP BY 1
"""
MONTH = {"sqlite": "substr(day, 1, 7)", "postgresql": "to_char(day, 'YYYY-MM')"}


@dataclass(slots=True)
class MonthTotal:
    """Pieces gained and lost in a month."""

    month: Month
    gained: int = 0
    lost: int = 0


def monthly(place_ids: Sequence[int], *, product_id: int | None = None) -> list[MonthTotal]:
    """Totals by month over the places, earliest first; months without movements are left out."""
    places = list(place_ids)
    own = "" if product_id is None else " AND product_id = %s"
    parameters = [*places] if product_id is None else [*places, product_id]
    statement = MONTHLY.format(month=MONTH[connection.vendor], places=sql.marks(len(places)), own=own)
    totals: dict[Month, MonthTotal] = {}
    for text, gained, lost in sql.rows(statement, parameters * 2):
        month = Month(int(text[:4]), int(text[5:]))
        total = totals.setdefault(month, MonthTotal(month))
        total.gained += int(gained)
        total.lost += int(lost)
    return [totals[month] for month in sorted(totals)]
