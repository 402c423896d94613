"""A facility with stock is not closed."""

from __future__ import annotations

from django.db.models import Q

from zhixuan.modules.stock.models import Balance
from zhixuan.rules.refusal import N_, Refused


def refuse_closing_with_stock(facility_id: int) -> None:
    """Nothing may be left at a facility, on its way to it, or owed by it.

    Raises:
        Refused: says how many pieces are left.
    """
    left = Balance.objects.filter(~Q(pieces=0), place__facility_id=facility_id).values_list("pieces", flat=True)
    pieces = sum(abs(one) for one in left)
    if pieces:
        raise Refused(
            N_("{pieces} pieces are still here, on their way or owed. Send back or settle them first."),
            code="stock_left",
            pieces=pieces,
        )
