"""Balances of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, Sum

from zhixuan.modules.stock.models import Balance, Lot, Movement


def balance_and_later_changes(place_id: int, lot_id: int, after: date) -> tuple[int, dict[date, int]]:
    """Pieces now, and the net change of each day after the given one."""
    now = Balance.objects.filter(place_id=place_id, lot_id=lot_id).values_list("pieces", flat=True).first() or 0
    changes: dict[date, int] = defaultdict(int)
    later = Movement.objects.filter(lot_id=lot_id, on__gt=after)
    for side, sign in (("to_place_id", 1), ("from_place_id", -1)):
        for day, pieces in later.filter(**{side: place_id}).values_list("on").annotate(total=Sum("pieces")).order_by():
            changes[day] += sign * pieces
    return now, dict(changes)


def balances_at(place_id: int, day: date) -> dict[tuple[int, int], int]:
    """Pieces by (lot, product) at the end of a day, from the movements alone."""
    totals: dict[tuple[int, int], int] = defaultdict(int)
    upto = Movement.objects.filter(on__lte=day)
    for side, sign in (("to_place_id", 1), ("from_place_id", -1)):
        rows = upto.filter(**{side: place_id}).values_list("lot_id", "product_id").annotate(total=Sum("pieces"))
        for lot_id, product_id, pieces in rows.order_by():
            totals[lot_id, product_id] += sign * pieces
    return {key: pieces for key, pieces in totals.items() if pieces}


def lot_label(lot_id: int) -> str:
    number = Lot.objects.filter(id=lot_id).values_list("number", flat=True).first()
    return number or "—"


def has_moved_since(place_ids: Iterable[int], day: date) -> bool:
    """Something was posted at these places after that day."""
    ids = list(place_ids)
    return Movement.objects.filter(Q(from_place_id__in=ids) | Q(to_place_id__in=ids), on__gt=day).exists()
