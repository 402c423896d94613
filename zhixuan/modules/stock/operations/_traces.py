"""Codes of packs, kept beside the slip they came or went with."""

from __future__ import annotations

from collections.abc import Sequence

from zhixuan.modules.stock.models import Movement, TraceCode
from zhixuan.rules.scanning.traces import Direction, PackCode, type_of


def keep(event_id: int, codes: Sequence[PackCode], direction: Direction, *, products: Sequence[int]) -> None:
    """Write the codes of a slip that has just been posted; the same code twice counts once.

    Args:
        codes: checked (`traces.check_codes`).
        products: the product of each line of the order.
    """
    if not codes:
        return
    by_lot: dict[int, int] = {}
    by_product: dict[int, int] = {}
    moved = Movement.objects.filter(event_id=event_id).order_by("line")
    for line, lot_id, product_id in moved.values_list("line", "lot_id", "product_id"):
        by_lot.setdefault(lot_id, line)
        by_product.setdefault(product_id, line)
    rows = {
        one.code: TraceCode(
            event_id=event_id,
            line=by_lot.get(one.lot_id or 0) or by_product[products[one.line]],
            code=one.code,
            kind=str(type_of(one.code)),
            direction=direction.value,
        )
        for one in codes
    }
    TraceCode.objects.bulk_create(rows.values(), batch_size=500)
