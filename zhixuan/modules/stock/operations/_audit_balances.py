"""Checks of sums: balances, days and month-ends against the movements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection

from zhixuan.modules.stock.models import Balance, MonthBalance, MonthClose, Place
from zhixuan.modules.stock.queries import history
from zhixuan.modules.stock.queries.months import month_of
from zhixuan.rules.stock.ledger import PlaceKind

# Places above 100 are those of facilities (migration 0002).
SUMS = (
    "SELECT place_id, lot_id, min(product_id), max(product_id), sum(pieces) FROM ("
    "SELECT to_place_id AS place_id, lot_id, product_id, pieces FROM stock_movement "
    "UNION ALL SELECT from_place_id, lot_id, product_id, -pieces FROM stock_movement) both_sides "
    "WHERE place_id > 100 GROUP BY place_id, lot_id ORDER BY place_id, lot_id"
)

NEGATIVE_DAYS = (
    'SELECT place_id, lot_id, "on", balance FROM (SELECT place_id, lot_id, "on", '
    'sum(sum(pieces)) OVER (PARTITION BY place_id, lot_id ORDER BY "on") AS balance FROM ('
    'SELECT to_place_id AS place_id, lot_id, "on", pieces FROM stock_movement '
    'UNION ALL SELECT from_place_id, lot_id, "on", -pieces FROM stock_movement) both_sides '
    "WHERE place_id > 100 "
    'GROUP BY place_id, lot_id, "on") days '
    "WHERE balance < 0 AND place_id NOT IN (SELECT id FROM stock_place WHERE kind = 'suspense') "
    'ORDER BY place_id, lot_id, "on"'
)


def _query(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def wrong_balances() -> Iterator[tuple[str, str]]:
    """Balance = sum of movements, for every lot at every place; product and sign are right."""
    suspense = set(Place.objects.filter(kind=PlaceKind.SUSPENSE).values_list("id", flat=True))
    rows = {(b.place_id, b.lot_id): b for b in Balance.objects.all().iterator(2000)}
    for place_id, lot_id, product_id, other_product_id, pieces in _query(SUMS):
        balance = rows.pop((place_id, lot_id), None)
        name = f"stock_balance {place_id}, {lot_id}"
        if balance is None:
            yield name, f"the movements say {pieces} pieces, the balance is missing"
        elif balance.pieces != pieces:
            yield name, f"the movements say {pieces} pieces, the balance says {balance.pieces}"
        elif balance.product_id != product_id or product_id != other_product_id:
            yield name, "the product is not the one of the movements"
        elif balance.may_be_negative != (place_id in suspense):
            yield name, "only suspense may be below zero"
    for (place_id, lot_id), balance in rows.items():
        yield f"stock_balance {place_id}, {lot_id}", f"the balance says {balance.pieces}, but nothing was ever moved"


def negative_days() -> Iterator[tuple[str, str]]:
    """No lot was below zero at the end of any day, anywhere but in suspense."""
    for place_id, lot_id, day, balance in _query(NEGATIVE_DAYS):
        yield f"place {place_id}, lot {lot_id}", f"{balance} pieces at the end of {day}"


def wrong_months() -> Iterator[tuple[str, str]]:
    """Kept month-ends are what the movements say."""
    kept: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for row in MonthBalance.objects.values_list("close_id", "lot_id", "product_id", "pieces").iterator(2000):
        kept[row[0]][row[1], row[2]] = row[3]
    for close in MonthClose.objects.order_by("place_id", "month").iterator(2000):
        if kept[close.id] != history.balances_at(close.place_id, month_of(close.month).last_day):
            yield (
                f"stock_monthclose {close.id}",
                f"the kept balances of {close.month:%Y-%m} are not the movements' sums",
            )
