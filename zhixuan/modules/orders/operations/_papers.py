"""Drawing the issue document of an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.documents.operations.draw_document import (
    DocumentKind,
    DocumentLine,
    DrawnDocument,
    draw_document,
)
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.queries import orders
from zhixuan.modules.orders.queries.progress import SOURCE
from zhixuan.rules.orders.steps import Verb
from zhixuan.shared.access import Actor


def draw(order: Order, lines: Sequence[DocumentLine], *, on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Draw an issue document and note the step; the document's id.

    Raises:
        Refused: what the document refuses.
    """
    drawn = draw_document(
        kind=DocumentKind.ISSUE,
        facility_id=order.supplier_id,
        other_facility_id=order.asker_id,
        lines=lines,
        on=on,
        reference=orders.number_of(order),
        source=SOURCE,
        source_id=str(order.pk),
        actor=actor,
        command_id=command_id,
        at=at,
    )
    _steps.take(order, Verb.SEND, actor=actor, at=at, details=told_of(drawn, lines))
    return drawn.id


def told_of(drawn: DrawnDocument, lines: Sequence[DocumentLine]) -> dict[str, Any]:
    """What the step says of the issue document."""
    return {"document": drawn.id, "number": drawn.number, "pieces": sum(line.pieces for line in lines)}
