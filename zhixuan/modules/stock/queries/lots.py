"""What is printed on lots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhixuan.modules.stock.models import Lot


@dataclass(frozen=True, slots=True)
class LotLabel:
    """The trade item, and what stands on the pack."""

    number: str
    expires_on: date
    made_on: date | None
    item_id: int


def labels(lot_ids: Iterable[int]) -> dict[int, LotLabel]:
    """Labels by lot id; unknown ids are left out."""
    rows = Lot.objects.filter(id__in=set(lot_ids)).values_list("id", "number", "expires_on", "made_on", "item_id")
    return {
        lot_id: LotLabel(number, expires_on, made_on, item_id) for lot_id, number, expires_on, made_on, item_id in rows
    }
