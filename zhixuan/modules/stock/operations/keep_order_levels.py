"""Keep what places are filled to by a forecast: planning says it, suggestions go by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhixuan.modules.stock.models import OrderLevel as Kept
from zhixuan.modules.stock.queries.order_levels import Series
from zhixuan.rules.stock.order_levels import OrderLevel
from zhixuan.shared import audit, sql
from zhixuan.shared.access import Actor

COLUMNS = ["pieces", "service", "data_until", "made_on"]


@transaction.atomic
def keep_order_levels(*, levels: Mapping[Series, OrderLevel | None], area_path: str, actor: Actor, at: datetime) -> int:
    """The levels of these facilities and products from now on; None: its norm holds again. Repeating changes nothing.

    Permission is the caller's: it is part of a forecast that somebody was allowed to make.

    Args:
        area_path: of the area that the forecast was made for, for the audit trail.

    Returns:
        How many levels hold.
    """
    there = set(Kept.objects.filter(facility__area_path__startswith=area_path).values_list("facility_id", "product_id"))

    given = {series: level for series, level in levels.items() if level is not None}
    ended = sorted(there & (levels.keys() - given.keys()))

    if not given and not ended:
        return 0
    sql.write("DELETE FROM stock_orderlevel WHERE facility_id = %s AND product_id = %s", ended)
    Kept.objects.bulk_create(
        [
            Kept(
                facility_id=facility,
                product_id=product,
                pieces=level.pieces,
                service=level.service,
                data_until=level.until.first_day,
                made_on=level.made_on,
            )
            for (facility, product), level in sorted(given.items())
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["facility", "product"],
        update_fields=COLUMNS,
    )
    told = {"levels": len(given), "ended": len(ended)}
    audit.record(actor, "keep_order_levels", "stock.orderlevel", area_path, area_path, told, at)
    return len(given)
