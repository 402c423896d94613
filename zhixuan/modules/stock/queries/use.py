"""What places used up in the latest full months: the base of average monthly consumption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, IntegerField, Q, QuerySet, Sum, Value

from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.queries import past_expiry
from zhixuan.modules.stock.queries.past_expiry import added
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.daily import stockout_days
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, PlaceKind
from zhixuan.rules.stock.levels import PeriodUse

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
    last = Event.objects.order_by("-id").values_list("on", flat=True).first()
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
    places, products = {place for place, _ in wanted}, {product for _, product in wanted}
    moved = Movement.objects.filter(product_id__in=products, on__gte=since)
    days: dict[Series, _Days] = defaultdict(_Days)
    out = _by_day(moved.filter(from_place_id__in=places), "from_place_id", _issues(), -1)
    back = _by_day(moved.filter(to_place_id__in=places), "to_place_id", _undone(), +1)
    for place_id, product_id, day, total, used, sign in out.union(back, all=True):
        own = days[place_id, product_id]
        own.changes[day] += sign * total
        own.issued[Month.of(day)] -= sign * used
    return {key: days[key] for key in wanted & days.keys()}


def _by_day(moved: QuerySet[Movement], side: str, counted: Q, sign: int) -> QuerySet[Movement, Any]:
    """(store, product, day, pieces, pieces used, sign)."""
    return (
        moved.values_list(side, "product_id", "on")
        .annotate(
            total=Sum("pieces"),
            used=Sum("pieces", filter=counted, default=0),
            sign=Value(sign, output_field=IntegerField()),
        )
        .order_by()
    )


def _issues() -> Q:
    """To clients, or on the way to another facility."""
    return Q(to_place_id=CLIENTS) | Q(to_place__kind=PlaceKind.TRANSIT)


def _undone() -> Q:
    """Back from clients, or a transfer taken back (what arrives by transfer comes from the store's own transit)."""
    taken_back = Q(from_place__kind=PlaceKind.TRANSIT) & ~Q(from_place__facility=F("to_place__facility"))
    return Q(from_place_id=CLIENTS) | taken_back
