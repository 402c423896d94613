"""The dispensing register of an outlet: what was given out, day by day; nobody is named in it."""

from __future__ import annotations

from django.db.models import QuerySet

from zhixuan.modules.stock.models import Movement
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, PlaceKind


def given_out(store_id: int, month: Month) -> QuerySet[Movement]:
    """Pieces that went to clients in a month, in the order they were given; what was reversed is left out."""
    return (
        Movement.objects.filter(
            event__place_id=store_id,
            event__kind=EventKind.DISPENSING,
            event__reversed_by=None,
            to_place_id=OUTSIDE_PLACE_IDS[PlaceKind.CLIENTS],
            on__gte=month.first_day,
            on__lte=month.last_day,
        )
        .select_related("event__place__facility", "lot__item", "product")
        .order_by("on", "event_id", "line")
    )
