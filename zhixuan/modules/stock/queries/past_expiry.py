"""When stock stopped being usable by expiring: what turns the balance of the books into the usable balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from datetime import date, timedelta

from django.db.models import F, Sum

from zhixuan.modules.stock.models import Balance, Movement

Series = tuple[int, int]
"""(store place id, product id)"""
Changes = dict[date, int]


def changes(wanted: Set[Series], since: date, today: date) -> dict[Series, Changes]:
    """What to add to the changes of the books, by day, so that they are the changes of usable stock.

    On the day after a lot's last day everything that is left of it goes; whatever moved of it later moved nothing
    usable. Three short questions: only lots that have expired are looked at.
    """
    found: dict[Series, Changes] = defaultdict(lambda: defaultdict(int))
    places, products = {place for place, _ in wanted}, {product for _, product in wanted}
    if not wanted:
        return {}
    lying = Balance.objects.filter(place_id__in=places, product_id__in=products, lot__expires_on__lt=today)
    for place, product, expires_on, pieces in lying.exclude(pieces=0).values_list(
        "place_id", "product_id", "lot__expires_on", "pieces"
    ):
        found[place, product][expires_on + timedelta(days=1)] -= pieces
    late = Movement.objects.filter(
        product_id__in=products, on__gte=since, lot__expires_on__lt=today, on__gt=F("lot__expires_on")
    )
    for side, sign in (("from_place_id", -1), ("to_place_id", 1)):
        rows = late.filter(**{f"{side}__in": places}).values_list(side, "product_id", "on", "lot__expires_on")
        for place, product, on, expires_on, pieces in rows.annotate(moved=Sum("pieces")).order_by():
            own = found[place, product]
            own[on] -= sign * pieces
            own[expires_on + timedelta(days=1)] += sign * pieces
    return {series: dict(found[series]) for series in wanted & found.keys()}


def added(first: Mapping[date, int], second: Mapping[date, int]) -> Changes:
    """Both together, by day."""
    return {day: first.get(day, 0) + second.get(day, 0) for day in first.keys() | second.keys()}
