"""What was lost in a year, and what it is measured against."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from zhixuan.modules.stock.models import Movement
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Actor

Key = tuple[int, int]
"""(facility id, product id)"""

ON_THE_SHELF = [PlaceKind.STORE, PlaceKind.QUARANTINE]
LOSSES = {PlaceKind.EXPIRED: "expired", PlaceKind.DAMAGED: "damaged", PlaceKind.LOST: "lost"}


def of_year(actor: Actor, year: int) -> dict[Key, dict[str, int]]:
    """Pieces by facility in sight and product: opening, received, expired, damaged, lost.

    Opening: in store and quarantine when the year began. Received: what came in during the year from suppliers, other
    facilities and opening entries, with what was damaged or missing on arrival. Reversals count against what they undo.
    """
    found: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for side, other, sign in (("to_place", "from_place", 1), ("from_place", "to_place", -1)):
        here = Movement.objects.filter(visible(actor, f"{side}__facility"))
        before = here.filter(on__lt=date(year, 1, 1), **{f"{side}__kind__in": ON_THE_SHELF})
        for facility_id, product_id, pieces in _sums(before, side):
            found[facility_id, product_id]["opening"] += sign * pieces
        within = here.filter(on__year=year)
        for facility_id, product_id, kind, pieces in _sums(within.filter(_lost(other)), side, f"{other}__kind"):
            found[facility_id, product_id][LOSSES[kind]] -= sign * pieces
        for facility_id, product_id, pieces in _sums(within.filter(_comes(side, other)), side):
            found[facility_id, product_id]["received"] += sign * pieces
        if side == "from_place":
            for facility_id, product_id, pieces in _sums(within.filter(_lost(other), from_place__kind="transit"), side):
                found[facility_id, product_id]["received"] += pieces
    return {key: dict(parts) for key, parts in found.items()}


def _sums(moved: QuerySet[Movement], side: str, *more: str) -> list[tuple[Any, ...]]:
    rows = moved.values_list(f"{side}__facility_id", "product_id", *more).annotate(Sum("pieces"))
    return list(rows.order_by())


def _lost(other: str) -> Q:
    return Q(**{f"{other}__kind__in": list(LOSSES)})


def _comes(side: str, other: str) -> Q:
    """Onto the shelf from suppliers, from the way, or as opening stock; and, turned round, the undoing of it."""
    shelf, sources = {f"{side}__kind__in": ON_THE_SHELF}, [PlaceKind.SUPPLIER, PlaceKind.TRANSIT, PlaceKind.OPENING]
    comes = Q(**shelf, **{f"{other}__kind__in": sources})
    return comes if side == "to_place" else comes & Q(event__kind="reversal")
