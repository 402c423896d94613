"""What places used up in the latest full months: the base of average monthly consumption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from zhixuan.modules.stock.queries import past_expiry
from zhixuan.modules.stock.queries.past_expiry import added
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
    changes: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    issued: dict[Month, int] = field(default_factory=lambda: defaultdict(int))


def latest_months(today: date, count: int = MONTHS) -> list[Month]:
    """The latest full months before the one of today, earliest first."""
    current = Month.of(today)
    return [current.plus(-back) for back in range(count, 0, -1)]


def reference_day(today: date) -> date:
    """The day use is looked at from: today; in books that ended earlier, the day after their last full month.

    Imported history of past years would otherwise say nothing of use. The last slip entered tells where books end.
    """
    entered = sql.rows('SELECT "on" FROM stock_event ORDER BY id DESC LIMIT 1')
    last = sql.as_date(entered[0][0]) if entered else None
    if last is None or last >= latest_months(today)[0].first_day:
        return today
    return Month.of(last).next.first_day


def use_history(balances: Mapping[Series, int], *, today: date) -> dict[Series, list[PeriodUse]]:
    """Monthly use of each series, earliest first: what went to clients and to other facilities, less what was undone.

    The latest three full months before `reference_day`. A day counts as without stock when nothing usable is left at
    its end: what has expired by then does not count.

    Args:
        balances: usable pieces now in each store of each product asked for.
    """
    asked_on, today = today, reference_day(today)
    months = latest_months(today)
    days = _days(balances.keys(), months[0].first_day)
    expiries = past_expiry.changes(balances.keys(), months[0].first_day, asked_on)
    history = {}
    for series, now in balances.items():
        own = days.get(series) or _Days()
        empty = stockout_days(now, added(own.changes, expiries.get(series, {})), months, today=today)
        history[series] = [PeriodUse(own.issued[month], min(empty[month], 30)) for month in months]
    return history


def _days(wanted: Set[Series], since: date) -> dict[Series, _Days]:
    """What moved out of and into the stores since that day: one question, both sides of a movement in it."""
    if not wanted:
        return {}
    places, products = sorted({place for place, _ in wanted}), sorted({product for _, product in wanted})
    statement = BY_DAY.format(places=sql.marks(len(places)), products=sql.marks(len(products)))
    side = [CLIENTS, sql.date_value(since), *products, *places]
    days: dict[Series, _Days] = defaultdict(_Days)
    for place_id, product_id, on, total, used in sql.rows(statement, [*side, *side]):
        own, day = days[place_id, product_id], sql.as_date(on)
        own.changes[day] += int(total)
        own.issued[Month.of(day)] -= int(used)
    return {key: days[key] for key in wanted & days.keys()}


USED = "moved.to_place_id = %s OR target.kind = 'transit'"
UNDONE = "moved.from_place_id = %s OR (source.kind = 'transit' AND source.facility_id <> target.facility_id)"
"""What counts as use, and what undoes it; the value is the place of clients."""

BY_DAY = f"""
    SELECT moved.from_place_id, moved.product_id, moved."on", -sum(moved.pieces),
        -sum(CASE WHEN {USED} THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" >= %s AND moved.product_id IN ({{products}}) AND moved.from_place_id IN ({{places}})
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT moved.to_place_id, moved.product_id, moved."on", sum(moved.pieces),
        sum(CASE WHEN {UNDONE} THEN moved.pieces ELSE 0 END)
    FROM stock_movement moved JOIN stock_place source ON source.id = moved.from_place_id
        JOIN stock_place target ON target.id = moved.to_place_id
    WHERE moved."on" >= %s AND moved.product_id IN ({{products}}) AND moved.to_place_id IN ({{places}})
    GROUP BY 1, 2, 3
"""  # noqa: S608 (our own words)
"""(store, product, day, pieces gained, pieces gained by use: those that went out count against it).

Use is what went to clients, or on the way to another facility; what undoes it came back from clients, or is a transfer
taken back (what arrives by transfer comes from the store's own transit).
"""
