"""What a place gets without asking: an order that is agreed to already, with its issue document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.documents.operations.draw_document import DocumentLine
from zhixuan.modules.orders.models import Order, OrderLine, Plan
from zhixuan.modules.orders.operations import _papers, _steps
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.shared import numbers
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Pushed:
    """One product that a place gets.

    Args:
        proposed: what the system proposed; terms: what it stands on.
        chosen: (lot id, pieces) where the plan says which lots; override_reason: why not the first to expire.
        reason: why it is another quantity than proposed.
    """

    product_id: int
    pieces: int
    proposed: int
    terms: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    chosen: tuple[tuple[int, int], ...] = ()
    override_reason: str = ""

    @property
    def on_paper(self) -> DocumentLine:
        return DocumentLine(
            product_id=self.product_id,
            item_id=None,
            pieces=self.pieces,
            chosen=self.chosen,
            override_reason=self.override_reason,
        )


def push(
    giver: Facility,
    place: Facility,
    lines: Sequence[Pushed],
    *,
    called: str,
    plan: Plan | None = None,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Order:
    """The order, drawn and approved, and its issue document.

    Args:
        called: the number of the plan it comes of.

    Raises:
        Refused: what the document refuses.
    """
    order = Order.objects.create(
        asker=place,
        supplier=giver,
        year=on.year,
        number=numbers.next_number("orders.order", place.pk, on.year),
        kind=Order.Kind.PUSH,
        stage=State.DRAWN,
        note="" if plan else called,
        drawn_on=on,
        submitted_on=on,
        plan=plan,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product_id=line.product_id,
            suggested=line.proposed,
            terms=line.terms,
            asked=line.pieces,
            reason=line.reason,
            approved=line.pieces,
        )
        for position, line in enumerate(lines, start=1)
    )
    _steps.take(order, Verb.DRAW, actor=actor, at=at, details={"plan": called})
    _steps.take(order, Verb.APPROVE, actor=actor, at=at, details={"plan": called})
    sent = [line.on_paper for line in lines]
    own_id = uuid5(command_id, f"order {order.pk}")
    _papers.draw(order, sent, on=on, actor=actor, command_id=own_id, at=at)
    return order
