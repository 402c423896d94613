"""What came to the stores of facilities in a stretch of days, what they passed on, and what they handed out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum

from zhixuan.modules.stock.models import Movement
from zhixuan.rules.stock.ledger import PlaceKind

OWN = (PlaceKind.STORE, PlaceKind.QUARANTINE)
"""What lies in either is the facility's; between the two nothing comes or goes."""


@dataclass(slots=True)
class Flow:
    """Pieces, less what was undone. `passed_on` has what went back up the supply line in it."""

    received: int = 0
    passed_on: int = 0
    dispensed: int = 0


def flows(facility_ids: Collection[int], *, first: date, last: date) -> Mapping[tuple[int, int], Flow]:
    """Flows by (facility id, product id), both days included; permission is the caller's. Two questions."""
    found: dict[tuple[int, int], Flow] = defaultdict(Flow)
    for own, other, sign in (("to_place", "from_place", 1), ("from_place", "to_place", -1)):
        same = Q(**{f"{other}__facility": F(f"{own}__facility")})
        transit = Q(**{f"{other}__kind": PlaceKind.TRANSIT})
        rows = Movement.objects.filter(
            **{f"{own}__facility__in": facility_ids, f"{own}__kind__in": OWN, "on__range": (first, last)}
        ).values_list(f"{own}__facility", "product")
        sums = rows.annotate(
            received=Sum("pieces", filter=Q(**{f"{other}__kind": PlaceKind.SUPPLIER}) | transit & same, default=0),
            passed=Sum("pieces", filter=transit & ~same, default=0),
            dispensed=Sum("pieces", filter=Q(**{f"{other}__kind": PlaceKind.CLIENTS}), default=0),
        )
        for facility, product, received, passed, dispensed in sums.order_by():
            one = found[facility, product]
            one.received += sign * received
            one.passed_on -= sign * passed
            one.dispensed -= sign * dispensed
    return found
