"""What places get without asking: orders that are agreed to already, with their issue documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.documents.operations.draw_document import DocumentLine
from zhixuan.modules.documents.operations.draw_documents import Slip, draw_documents
from zhixuan.modules.orders.models import Order, OrderLine, Plan
from zhixuan.modules.orders.operations import _papers, _steps
from zhixuan.modules.orders.operations._steps import Taken
from zhixuan.modules.orders.queries.orders import number_of
from zhixuan.modules.orders.queries.progress import SOURCE
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.shared import numbers, writing
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


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one place gets of one store; at least one line."""

    giver: Facility
    place: Facility
    lines: Sequence[Pushed]


def push_all(
    parcels: Sequence[Parcel],
    *,
    called: str,
    plan: Plan | None = None,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> list[Order]:
    """The orders, drawn and approved, and their issue documents; in few statements, however many there are.

    Args:
        called: the number of the plan they come of.

    Raises:
        Refused: what the documents refuse.
    """
    orders = _written(parcels, called, plan, on)
    told: dict[int, list[Taken]] = {
        order.pk: [Taken(verb, {"plan": called}) for verb in (Verb.DRAW, Verb.APPROVE)] for order in orders
    }
    by_giver: dict[int, list[tuple[Order, Parcel]]] = defaultdict(list)
    for order, parcel in zip(orders, parcels, strict=True):
        by_giver[parcel.giver.pk].append((order, parcel))
    for giver_id, pairs in by_giver.items():
        slips = [
            Slip(order.asker_id, [line.on_paper for line in parcel.lines], number_of(order), str(order.pk))
            for order, parcel in pairs
        ]
        own_id = uuid5(command_id, f"documents of {giver_id}")
        drawn = draw_documents(
            facility_id=giver_id, slips=slips, source=SOURCE, on=on, actor=actor, command_id=own_id, at=at
        )
        for (order, _parcel), slip, document in zip(pairs, slips, drawn.documents, strict=True):
            told[order.pk].append(Taken(Verb.SEND, _papers.told_of(document, slip.lines)))
    _steps.record([(order, told[order.pk]) for order in orders], before={}, actor=actor, at=at)
    return orders


def _written(parcels: Sequence[Parcel], called: str, plan: Plan | None, on: date) -> list[Order]:
    """Orders that are agreed to already, with their numbers and lines."""
    wanted = Counter(parcel.place.pk for parcel in parcels)
    drawn = numbers.next_numbers("orders.order", {pk: wanted[pk] for pk in sorted(wanted)}, on.year)
    left = {pk: iter(own) for pk, own in drawn.items()}
    stage = _steps.stage_after(State.DRAWN, [Taken(Verb.APPROVE, {})])
    orders = Order.objects.bulk_create(
        Order(
            asker=parcel.place,
            supplier=parcel.giver,
            year=on.year,
            number=next(left[parcel.place.pk]),
            kind=Order.Kind.PUSH,
            stage=stage,
            note="" if plan else called,
            drawn_on=on,
            submitted_on=on,
            plan=plan,
        )
        for parcel in parcels
    )
    writing.insert(
        [
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
            for order, parcel in zip(orders, parcels, strict=True)
            for position, line in enumerate(parcel.lines, start=1)
        ]
    )
    return orders
