"""Numbers without gaps, per place and year."""

from __future__ import annotations

from zhixuan.modules.orders.models import NumberSeries
from zhixuan.shared import sql


def lock_series(facility_id: int, series: NumberSeries.Series, year: int) -> int:
    """Make others wait who draw at this place; answers the last number given."""
    statement = (
        "INSERT INTO orders_numberseries (facility_id, series, year, last) VALUES (%s, %s, %s, 0) "
        "ON CONFLICT (facility_id, series, year) DO UPDATE SET last = orders_numberseries.last"
    )
    sql.write(statement, [(facility_id, series.value, year)])
    return NumberSeries.objects.values_list("last", flat=True).get(facility=facility_id, series=series, year=year)


def next_number(facility_id: int, series: NumberSeries.Series, year: int) -> int:
    """The next number, used in the transaction that takes it."""
    number = lock_series(facility_id, series, year) + 1
    NumberSeries.objects.filter(facility=facility_id, series=series, year=year).update(last=number)
    return number
