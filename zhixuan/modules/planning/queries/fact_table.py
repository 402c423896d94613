"""Cards of the books as the fact table takes them: by the codes that people know, for whoever runs the system."""

from __future__ import annotations

from datetime import date

from zhixuan.analytics.series_forecasts import CardOfSeries
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.stock.joining import joined


def cards_by_code(area_path: str, *, today: date) -> list[CardOfSeries]:
    """Every card of the places of an area until the newest full month, those of replaced products as their
    successors'; permission is the caller's."""
    rows = directory.all_facilities().filter(area_path__startswith=area_path)
    places = {
        pk: (code, path.rstrip("/").rpartition("/")[2])
        for pk, code, path in rows.values_list("pk", "code", "area_path")
    }
    products = catalogue.product_codes()
    until = monthly.newest_full_month(today)
    cards = {
        (card.facility_id, card.product_id): card.months
        for found in monthly.cards(list(places), until=until, today=today)
        for card in found
        if card.months
    }
    return [
        CardOfSeries(places[facility][0], products[product], places[facility][1], months)
        for (facility, product), months in joined(cards, catalogue.successors(until.next.last_day)).items()
    ]
