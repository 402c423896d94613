"""What the places of an area would need in a year, from the ledger: every line with its terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Area, Facility
from zhixuan.modules.orders.queries.rhythm import NEVER_ORDERS
from zhixuan.modules.planning.queries import forecast_needs
from zhixuan.modules.stock.queries import on_hand, replaced
from zhixuan.modules.stock.queries.tracing import lying
from zhixuan.rules.periods import Year
from zhixuan.rules.planning.demand import Terms, usable_at_start
from zhixuan.rules.planning.lines import PlaceUse, terms_of
from zhixuan.rules.replacing import Handover
from zhixuan.rules.stock.levels import CALENDAR_DAYS_PER_MONTH

PLANNING_LEVELS = (Area.Level.PROVINCE, Area.Level.PREFECTURE, Area.Level.COUNTY, Area.Level.TOWNSHIP)
Series = tuple[int, int]
"""(facility id, product id)"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line as it is proposed. `use_known`: the ledger tells what is used there."""

    facility_id: int
    product_id: int
    own_use: Fraction
    use_known: bool
    terms: Terms
    quota: str = ""
    forecast_need: str = ""


def places_of(area: Area, *, on: date) -> list[Facility]:
    """Open places that an area plans for: a township with its villages; a higher level its own stores only."""
    found = directory.all_facilities().filter(directory.open_on(on))
    within: dict[str, Any] = (
        {"area_path__startswith": area.path} if area.level == Area.Level.TOWNSHIP else {"area_id": area.pk}
    )
    return [one for one in found.filter(**within).order_by("area_path", "code") if one.kind not in NEVER_ORDERS]


def proposed(area: Area, *, today: date, year: int) -> list[Proposed]:
    """A line for every place of the area and every product in use that it ever had, proposed by use.

    What is replaced by the first day of the year stands in the lines of what takes its place, in pieces of that.
    """
    how = handed_over(year, today=today)
    places = {one.pk: one for one in places_of(area, on=today)}
    fed = directory.all_facilities().filter(directory.open_on(today), supplied_by_id__in=places)
    feeders = {one.pk: one.supplied_by_id for one in fed if one.kind not in NEVER_ORDERS}
    known = on_hand.of_facilities(places.keys() | feeders.keys(), today=today)
    rows = {(row["facility_id"], row["product_id"]): row for row in replaced.with_levels(known, how, today=today)}
    quotas = dict(catalogue.active_products().values_list("pk", "quantity_per_user_year"))
    expected = forecast_needs.of_places(places.keys(), year, how)
    packs = catalogue.usual_packs({product for _place, product in rows})
    below = _use_below(rows, feeders)
    lots = _lots(list(places), how, today)
    found = []
    for series, row in rows.items():
        if series[0] in places and series[1] in quotas:
            one = _proposed(series, row, below[series], lots[series], packs.get(series[1], (1, 1))[0])
            quota, forecast = quotas[series[1]], expected.get(series)
            found.append(replace(one, quota=_text(quota), forecast_need=_text(forecast)))
    return found


def handed_over(year: int, *, today: date) -> Handover:
    """Products that are replaced by the first day of a plan's year."""
    return Handover(catalogue.successors(max(today, Year(year).months()[0].first_day)))


def _text(exact: object) -> str:
    return "" if exact is None else str(exact)


def _use_below(rows: Mapping[Series, Mapping[str, Any]], feeders: Mapping[int, int | None]) -> dict[Series, Fraction]:
    """What the places that a store feeds used of each product in a month."""
    found: dict[Series, Fraction] = defaultdict(Fraction)
    for (place, product), row in rows.items():
        feeder = feeders.get(place)
        if feeder is not None:
            found[feeder, product] += row["per_month"] or 0
    return found


def _lots(facility_ids: list[int], how: Handover, today: date) -> dict[Series, list[tuple[int, Fraction]]]:
    """Pieces in store and months until they expire, next expiry first; what has expired is left out."""
    found: dict[Series, list[tuple[int, Fraction]]] = defaultdict(list)
    for one in lying(facility_ids):
        if one.in_store and one.expires_on >= today:
            months = (one.expires_on - today).days / CALENDAR_DAYS_PER_MONTH
            step = how.counts_as(one.product_id)
            found[one.facility_id, step.product].append((int(one.in_store * step.pieces), months))
    return found


def _proposed(
    series: Series, row: Mapping[str, Any], below: Fraction, lots: list[tuple[int, Fraction]], pack: int
) -> Proposed:
    passed = row["per_month"] or Fraction(0)
    use = PlaceUse(passed, below)
    stock = usable_at_start(lots, passed)
    norm = Fraction(row["bounds"].max_months)
    terms = terms_of(use, norm_months=norm, stock=stock, on_the_way=max(0, row["coming"]), pack=pack)
    return Proposed(*series, own_use=use.own, use_known=row["per_month"] is not None, terms=terms)
