"""What places used up in the latest full months: the base of average monthly consumption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from zhixuan.rules.periods import Month
from zhixuan.rules.stock.daily import stockout_days
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, PlaceKind
from zhixuan.rules.stock.levels import PeriodUse
from zhixuan.shared import sql

Series = tuple[int, int]
"""(store place id, product id)"""

MONTHS = 3
CLIENTS = OUTSIDE_PLACE_IDS[PlaceKind.CLIENTS]


@dataclass(slots=True)
class _Days:
    """Changes of the usable pieces by day, and what was issued by month."""

    changes: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    issued: dict[Month, int] = field(default_factory=lambda: defaultdict(int))


def latest_months(today: date, count: int = MONTHS) -> list[Month]:
    """The latest full months before the one of today, earliest first."""
    current = Month.of(today)
    return [current.plus(-back) for back in range(count, 0, -1)]


LAST_ENTERED = 'SELECT "on" FROM stock_event ORDER BY id DESC LIMIT 1'
"""The day of the last slip entered: it tells where books end."""


def reference_day(today: date) -> date:
    """The day use is looked at from now."""
    entered = sql.rows(LAST_ENTERED)
    return looked_at_from(today, entered[0][0] if entered else None)


def looked_at_from(today: date, entered: Any) -> date:
    """Today; in books that ended earlier, the day after their last full month.

    Imported history of past years would otherwise say nothing of use.

    Args:
        entered: what `LAST_ENTERED` answered; None while the books are empty.
    """
    last = None if entered is None else sql.as_date(entered)
    if last is None or last >= latest_months(today)[0].first_day:
        return today
    return Month.of(last).next.first_day


def use_history(
    balances: Mapping[Series, int], *, today: date, seen_from: date | None = None
) -> dict[Series, list[PeriodUse]]:
    """Monthly use of each series, earliest first: what went to clients and to other facilities, less what was undone.

    The latest three full months before `reference_day`. A day counts as without stock when nothing usable is left at
    its end: what has expired by then does not count.

    Args:
        balances: usable pieces now in each store of each product asked for.
        seen_from: the reference day, from whoever has asked for it already.
    """
    seen_from = seen_from or reference_day(today)
    months = latest_months(seen_from)
    days = _days(balances.keys(), months[0].first_day, today)
    history = {}
    for series, now in balances.items():
        own = days.get(series) or _Days()
        empty = stockout_days(now, own.changes, months, today=seen_from)
        history[series] = [PeriodUse(own.issued[month], min(empty[month], 30)) for month in months]
    return history


def _days(wanted: Set[Series], since: date, today: date) -> dict[Series, _Days]:
    """What moved out of and into the stores since that day, and what expired in them: one question.

    All that is left of a lot stops being usable on the day after its last; what moved of it later moved nothing usable,
    so it counts on that day, not on its own.
    """
    if not wanted:
        return {}
    places, products = sorted({place for place, _ in wanted}), sorted({product for _, product in wanted})
    statement = BY_DAY.format(places=sql.marks(len(places)), products=sql.marks(len(products)))
    now, asked = sql.date_value(today), [*products, *places]
    side = [now, CLIENTS, sql.date_value(since), *asked]
    days: dict[Series, _Days] = defaultdict(_Days)
    for place_id, product_id, on, expired_on, gained, used in sql.rows(statement, [*side, *side, now, *asked]):
        series = days[place_id, product_id]
        changed_on = sql.as_date(expired_on) + ONE_DAY if expired_on else sql.as_date(on)
        series.changes[changed_on] += int(gained)
        if used:
            series.issued[Month.of(sql.as_date(on))] -= int(used)
    return {key: days[key] for key in wanted & days.keys()}


USED = "moved.to_place_id = %s OR target.kind = 'transit'"
UNDONE = "moved.from_place_id = %s OR (source.kind = 'transit' AND source.facility_id <> target.facility_id)"
"""What counts as use, and what undoes it; the value is the place of clients."""

ONE_DAY = timedelta(days=1)
EXPIRED_BEFORE = 'CASE WHEN lot.expires_on < %s AND lot.expires_on < moved."on" THEN lot.expires_on END'
BY_DAY = f"""
    SELECT moved.from_place_id, moved.product_id, moved."on", {EXPIRED_BEFORE}, -sum(moved.pieces),
        -sum(CASE WHEN {USED} THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_lot lot ON lot.id = moved.lot_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" >= %s AND moved.product_id IN ({{products}}) AND moved.from_place_id IN ({{places}})
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT moved.to_place_id, moved.product_id, moved."on", {EXPIRED_BEFORE}, sum(moved.pieces),
        sum(CASE WHEN {UNDONE} THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_lot lot ON lot.id = moved.lot_id
        JOIN stock_place source ON source.id = moved.from_place_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" >= %s AND moved.product_id IN ({{products}}) AND moved.to_place_id IN ({{places}})
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT balance.place_id, balance.product_id, lot.expires_on, lot.expires_on, -sum(balance.pieces), 0
    FROM stock_balance balance JOIN stock_lot lot ON lot.id = balance.lot_id
    WHERE lot.expires_on < %s AND balance.pieces <> 0
        AND balance.product_id IN ({{products}}) AND balance.place_id IN ({{places}})
    GROUP BY 1, 2, 3
"""  # noqa: S608 (put together of our own words)
"""(store, product, day, last day of a lot expired by then, pieces gained, pieces gained by use: those that went out
count against it); at the end what lies there expired.

Use is what went to clients, or on the way to another facility; what undoes it came back from clients, or is a transfer
taken back (what arrives by transfer comes from the store's own transit).
"""
