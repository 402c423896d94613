"""What was agreed to and has not left the supplier yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.queries import progress
from zhixuan.rules.orders.steps import State


def promised(facility_ids: Collection[int]) -> dict[tuple[int, int, int], int]:
    """Pieces by (supplier, place that gets them, product), where one of the two is among these facilities."""
    either = Q(asker__in=facility_ids) | Q(supplier__in=facility_ids)
    ends = {pk: (supplier, asker) for pk, supplier, asker in _approved(either)}
    found: dict[tuple[int, int, int], int] = defaultdict(int)
    for order_id, lines in progress.progress_of(ends).items():
        for product_id, line in lines.items():
            if line.outstanding:
                found[(*ends[order_id], product_id)] += line.outstanding
    return dict(found)


def _approved(condition: Q) -> list[tuple[int, int, int]]:
    rows = Order.objects.filter(condition, stage=State.APPROVED)
    return list(rows.values_list("pk", "supplier_id", "asker_id"))
