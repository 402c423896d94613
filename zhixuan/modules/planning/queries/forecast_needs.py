"""What places will use themselves in a year, by their newest forecasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.orders.queries.rhythm import NEVER_ORDERS
from zhixuan.modules.planning.models import ForecastLine
from zhixuan.rules.periods import Month, Year
from zhixuan.rules.replacing import Handover

Series = tuple[int, int]
"""(facility id, product id)"""
HUNDREDTHS = 100


def of_places(facility_ids: Collection[int], year: int, how: Handover) -> dict[Series, Fraction]:
    """Pieces in the year by place and product: what is forecast to leave, less what the places fed from there hand out.

    Only forecasts that reach over all twelve months count; means, since means add up.

    Args:
        how: forecasts of products that are gone speak for their successors until these have one of their own.
    """
    fed = directory.all_facilities().filter(supplied_by_id__in=set(facility_ids)).exclude(kind__in=NEVER_ORDERS)
    feeders = dict(fed.values_list("pk", "supplied_by_id"))
    passed = _handed_on(_years(set(facility_ids) | feeders.keys(), year), how)
    below: dict[Series, Fraction] = defaultdict(Fraction)
    for (place, product), pieces in passed.items():
        feeder = feeders.get(place)
        if feeder is not None:
            below[feeder, product] += pieces
    own = {series: max(Fraction(0), pieces - below[series]) for series, pieces in passed.items()}
    return {series: pieces for series, pieces in own.items() if series[0] in set(facility_ids)}


def _handed_on(years: Mapping[Series, Fraction], how: Handover) -> dict[Series, Fraction]:
    own: dict[Series, Fraction] = {}
    older: dict[Series, Fraction] = defaultdict(Fraction)
    for (place, product), pieces in years.items():
        step = how.counts_as(product)
        if step.product == product:
            own[place, product] = pieces
        else:
            older[place, step.product] += pieces * step.pieces
    return {**older, **own}


def _years(facility_ids: Collection[int], year: int) -> dict[Series, Fraction]:
    months = Year(year).months()
    rows = ForecastLine.objects.filter(facility__in=facility_ids, current=True)
    found = {}
    for facility, product, until, figures in rows.values_list(
        "facility_id", "product_id", "run__data_until", "figures"
    ):
        pieces = _sum_of_year(figures["mean"], until, months)
        if pieces is not None:
            found[facility, product] = pieces
    return found


def _sum_of_year(means: list[float], until: date, months: tuple[Month, ...]) -> Fraction | None:
    """The twelve months together; None where the forecast does not reach over them."""
    first = Month.of(until).next.ordinal
    begin, end = months[0].ordinal - first, months[-1].ordinal - first + 1
    if begin < 0 or end > len(means):
        return None
    return Fraction(sum(round(mean * HUNDREDTHS) for mean in means[begin:end]), HUNDREDTHS)
