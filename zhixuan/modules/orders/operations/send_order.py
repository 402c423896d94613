"""Begin to send what was agreed: draw an issue document for all of it, or for a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.documents.operations.draw_document import DocumentLine
from zhixuan.modules.orders.operations import _papers, _steps
from zhixuan.modules.orders.queries import progress
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once
from zhixuan.shared.ui.naming import LocalizedName


@once
def send_order(
    *,
    order_id: int,
    lines: Sequence[tuple[int, int]],
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """Draw an issue document for these pieces; checking and posting it sends them. Safe to repeat.

    Args:
        lines: (product id, pieces), at most what is agreed and on no document yet.

    Returns:
        The id of the document.

    Raises:
        Refused: nothing to send, or more of a product than is left to send, all at once.
        Unknown, Forbidden: see permissions.
    """
    order = _steps.locked(actor, order_id, Verb.SEND)
    known = progress.progress_of([order.pk])[order.pk]
    _steps.check(order, Verb.SEND, actor, known.values())
    wanted = [(product_id, pieces) for product_id, pieces in lines if pieces]
    _check(wanted, known)

    papers = [DocumentLine(product_id=product_id, item_id=None, pieces=pieces) for product_id, pieces in wanted]
    return _papers.draw(order, papers, on=on, actor=actor, command_id=command_id, at=at)


def _check(lines: Sequence[tuple[int, int]], known: Mapping[int, LineProgress]) -> None:
    if not lines:
        raise Refused(N_("Enter how many pieces go out, of one product at least."), code="no_lines")
    products = catalogue.products_by_id([product_id for product_id, _pieces in lines])
    problems = []
    for product_id, pieces in lines:
        left = known[product_id].to_send if product_id in known else 0
        if not 0 < pieces <= left and product_id in products:
            problems.append(
                Refused(
                    N_("{product}: {left} pieces of this order are left to send, not {pieces}."),
                    field=f"product-{product_id}",
                    code="too_much",
                    product=LocalizedName(products[product_id].name_zh, products[product_id].name_en),
                    left=left,
                    pieces=pieces,
                )
            )
    raise_all(problems)
