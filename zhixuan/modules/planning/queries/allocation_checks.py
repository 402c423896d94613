"""Whether the lots cover what an allocation plan gives, and which lot then goes where."""

from __future__ import annotations

from collections.abc import Sequence

from zhixuan.modules.planning.models import AllocationLine
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning.allocation_lines import assign_lots, over_supply
from zhixuan.rules.planning.place_facts import LotThere
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.ui.naming import LocalizedName

SHOWN_MAX = 20


def check_covered(lines: Sequence[AllocationLine], lots: Sequence[LotThere]) -> list[list[tuple[int, int]]]:
    """(lot id, pieces) of each line, in their order.

    Raises:
        Refused: every product of which more is given than there is, and every line without a lot it can use in time.
    """
    given = plans.given(lines)
    names = {(line.giver_id, line.product_id): _named(line.product) for line in lines}
    over = over_supply(given, lots)
    raise_all(
        Refused(
            N_("{product}: {over} pieces more are given out than there are. Take them away somewhere."),
            field=f"product-{product}",
            code="too_much",
            product=names[giver, product],
            over=pieces,
        )
        for (giver, product), pieces in list(over.items())[:SHOWN_MAX]
    )
    chosen, waiting = assign_lots(given, lots)
    raise_all(
        Refused(
            N_("{place}, {product}: {left} pieces would expire before they could be used there. Give it less."),
            field=f"line-{line.pk}",
            code="expires",
            place=_named(line.facility),
            product=_named(line.product),
            left=left,
        )
        for line, left in [pair for pair in zip(lines, waiting, strict=True) if pair[1]][:SHOWN_MAX]
    )
    return chosen


def _named(one: object) -> LocalizedName:
    return LocalizedName(one.name_zh, one.name_en)  # type: ignore[attr-defined]  # a facility or a product
