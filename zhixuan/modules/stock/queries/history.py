"""Balances of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Sum

from zhixuan.modules.stock.models import Lot, Movement
from zhixuan.rules.stock.ledger import lowest_later_balance
from zhixuan.shared import sql
from zhixuan.shared.sql import Question

BALANCES = "SELECT place_id, lot_id, pieces FROM stock_balance WHERE place_id IN ({places}) AND lot_id IN ({lots})"
LATER = """
    SELECT {side}, lot_id, "on", sum(pieces) FROM stock_movement
    WHERE {side} IN ({places}) AND lot_id IN ({lots}) AND "on" > %s GROUP BY {side}, lot_id, "on"
"""


def lowest_since(keys: Collection[tuple[int, int]], day: date) -> dict[tuple[int, int], int]:
    """The lowest balance at the end of that day and of any day after it, by (place, lot)."""
    places, lots = {place_id for place_id, _lot in keys}, {lot_id for _place, lot_id in keys}
    named = {"places": sql.marks(len(places)), "lots": sql.marks(len(lots))}
    held, came, went = sql.ask_all(
        [
            Question(BALANCES.format(**named), [*places, *lots], list),
            Question(LATER.format(side="to_place_id", **named), [*places, *lots, sql.date_value(day)], list),
            Question(LATER.format(side="from_place_id", **named), [*places, *lots, sql.date_value(day)], list),
        ]
    )
    now = {(place_id, lot_id): pieces for place_id, lot_id, pieces in held}
    changes: dict[tuple[int, int], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for sign, rows in ((1, came), (-1, went)):
        for place_id, lot_id, on, pieces in rows:
            changes[place_id, lot_id][sql.as_date(on)] += sign * int(pieces)
    return {key: lowest_later_balance(now.get(key, 0), changes[key]) for key in keys}


def balances_at(place_id: int, day: date) -> dict[tuple[int, int], int]:
    """Pieces by (lot, product) at the end of a day, from the movements alone."""
    totals: dict[tuple[int, int], int] = defaultdict(int)
    upto = Movement.objects.filter(on__lte=day)
    for side, sign in (("to_place_id", 1), ("from_place_id", -1)):
        rows = upto.filter(**{side: place_id}).values_list("lot_id", "product_id").annotate(total=Sum("pieces"))
        for lot_id, product_id, pieces in rows.order_by():
            totals[lot_id, product_id] += sign * pieces
    return {key: pieces for key, pieces in totals.items() if pieces}


def lot_label(lot_id: int) -> str:
    number = Lot.objects.filter(id=lot_id).values_list("number", flat=True).first()
    return number or "—"
