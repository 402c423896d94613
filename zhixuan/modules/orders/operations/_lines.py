"""Lines of an order that is being drawn up: what is asked, beside what is suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.orders.queries import asking
from zhixuan.modules.orders.queries.asking import Askable
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.ui.naming import LocalizedName

REASON_LENGTH = 300


def check_quantities(lines: Sequence[AskedLine]) -> None:
    """Quantities are sound and products stand once.

    Raises:
        Refused: all faulty lines at once.
    """
    problems = []
    seen: set[int] = set()
    for row, line in enumerate(lines, start=1):
        field = f"product-{line.product_id}"
        if not 0 <= line.asked <= PIECES_MAX:
            problems.append(Refused(N_("Line {row}: enter how many pieces, zero or more."), field=field, row=row))
        if line.product_id in seen:
            problems.append(
                Refused(
                    N_("Line {row}: this product stands on an earlier line. Ask for it once."), field=field, row=row
                )
            )
        seen.add(line.product_id)
    raise_all(problems)


def new_lines(
    order: Order, wanted: Iterable[AskedLine], known: Mapping[int, Askable], *, first: int = 1
) -> list[OrderLine]:
    """Lines with the suggestion and its terms of today, not yet written.

    Raises:
        Refused: a product that is not in the catalogue or not for this place.
    """
    rows, problems = [], []
    for position, line in enumerate(wanted, start=first):
        one = known.get(line.product_id)
        if one is None:
            problems.append(
                Refused(
                    N_("Line {row}: this product cannot be asked for here. Choose one that the place may hold."),
                    field=f"product-{line.product_id}",
                    row=position,
                )
            )
            continue
        rows.append(
            OrderLine(
                order=order,
                position=position,
                product_id=line.product_id,
                suggested=one.suggestion.pieces,
                terms=asking.terms_as_json(one.suggestion) | {"urgent": one.urgent},
                asked=line.asked,
                reason=line.reason.strip()[:REASON_LENGTH],
            )
        )
    raise_all(problems)
    return rows


def check_reasons(lines: Iterable[OrderLine]) -> None:
    """Every quantity far from its suggestion says why.

    Raises:
        Refused: all lines without a reason, at once.
    """
    problems = []
    for line in lines:
        try:
            suggesting.check_line(
                line.suggested,
                line.asked,
                line.reason,
                pieces_per_pack=line.terms.get("pieces_per_pack", 1),
                field=f"product-{line.product_id}",
            )
        except Refused:
            problems.append(
                Refused(
                    N_("{product}: {suggested} are suggested. Say why you ask for {asked}."),
                    field=f"product-{line.product_id}",
                    code="reason_needed",
                    product=LocalizedName(line.product.name_zh, line.product.name_en),
                    suggested=line.suggested,
                    asked=line.asked,
                )
            )
    raise_all(problems)
