"""What the newest stored forecasts say of the months to come, for allocations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from zhixuan.modules.planning.models import ForecastLine
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.usual_need import MonthAhead
from zhixuan.rules.stock.order_levels import oldest_good

Series = tuple[int, int]
"""(facility id, product id)"""
QUANTILES = ("p10", "median", "p80", "p90", "p95")


def months_ahead(facility_ids: Collection[int], *, on: date) -> dict[Series, tuple[MonthAhead, ...]]:
    """Month by month from that day's on, by place and product; those without a forecast that is still good left out."""
    now = Month.of(on)
    oldest = oldest_good(on).first_day
    rows = ForecastLine.objects.filter(facility__in=list(facility_ids), current=True, run__data_until__gte=oldest)
    told = rows.values_list("facility_id", "product_id", "run__data_until", "figures")
    found = {(place, product): _from(figures, Month.of(until).next, now) for place, product, until, figures in told}
    return {series: ahead for series, ahead in found.items() if ahead}


def _from(figures: Mapping[str, Sequence[float]], first: Month, now: Month) -> tuple[MonthAhead, ...]:
    """The months that are not over yet; quantiles rise."""
    passed = max(0, now.ordinal - first.ordinal)
    rows = zip(figures["mean"], *(figures[name] for name in QUANTILES), strict=True)
    ahead = []
    for mean, *quantiles in list(rows)[passed:]:
        risen = [max(0.0, *quantiles[: at + 1]) for at in range(len(quantiles))]
        ahead.append(MonthAhead(max(0.0, mean), tuple(risen)))
    return tuple(ahead)
