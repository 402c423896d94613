"""What facilities are filled to by forecasts, as planning has handed it down."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from zhixuan.modules.stock.models import OrderLevel as Kept
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.order_levels import OrderLevel, oldest_good

Series = tuple[int, int]
"""(facility id, product id)"""


def of(facility_ids: Collection[int], *, today: date) -> dict[Series, OrderLevel]:
    """Levels by facility and product, whoever asks; those of forecasts that are too old are left out."""
    rows = Kept.objects.filter(facility__in=list(facility_ids), data_until__gte=oldest_good(today).first_day)
    told = rows.values_list("facility_id", "product_id", "pieces", "service", "data_until", "made_on")
    return {
        (facility, product): OrderLevel(pieces, service, Month.of(until), made_on)
        for facility, product, pieces, service, until, made_on in told
    }
