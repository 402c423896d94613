"""Orders for programs: list, show, ask, approve. The same operations and questions as the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.orders.operations.approve_order import ReviewedLine, approve_order
from zhixuan.modules.orders.operations.draw_order import draw_order
from zhixuan.modules.orders.queries import orders as queries
from zhixuan.modules.orders.queries import progress
from zhixuan.modules.orders.queries.orders import Order
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.api import REFUSALS, Code, Count, Page, Sentence, Word
from zhixuan.shared.once import Done
from zhixuan.shared.requests import ActorRequest

router = Router()

LINES_MAX = 5_000


class AskedIn(Schema):
    product: Code
    pieces: Count
    reason: Sentence = ""


class OrderIn(Schema):
    """An order to be asked at once. Without `lines` it is as suggested; without `supplier` of the supply line."""

    command_id: UUID
    facility: Code
    supplier: Code | None = None
    lines: list[AskedIn] | None = Field(None, max_length=LINES_MAX)
    emergency: bool = False
    reason: Sentence = ""
    note: Sentence = ""


class ApprovalIn(Schema):
    """What is agreed to; lines that are not named are agreed to as asked. `pieces` 0 refuses a line."""

    command_id: UUID
    lines: list[AskedIn] = Field(default_factory=list, max_length=LINES_MAX)
    note: Sentence = ""


class LineOut(Schema):
    product: str
    suggested: int | None
    asked: int
    reason: str
    approved: int | None
    review_reason: str
    drawn: int
    sent: int
    accepted: int
    damaged: int
    missing: int


class StepOut(Schema):
    verb: str
    at: datetime
    actor: str
    note: str


class OrderOut(Schema):
    id: int
    number: str
    kind: str
    state: str
    emergency: bool
    facility: str
    supplier: str
    drawn_on: date
    submitted_on: date | None


class WholeOrderOut(OrderOut):
    reason: str
    note: str
    lines: list[LineOut]
    steps: list[StepOut]


class OrdersOut(Schema):
    total: int
    rows: list[OrderOut]


class DoneOut(Schema):
    id: int
    number: str
    repeated: bool


class OrdersAsked(Page):
    """Which orders: of what stage, of which place that asks."""

    stage: Word = ""
    facility: Word = ""


ANSWERED: dict[int, Any] = {200: DoneOut, 201: DoneOut, **REFUSALS}


@router.get("", response={200: OrdersOut, **REFUSALS})
def orders(request: ActorRequest, asked: Query[OrdersAsked]) -> Any:
    """Orders with either end in sight, latest first."""
    rows = queries.orders_for(request.actor).order_by("-pk")
    if asked.stage:
        rows = rows.filter(stage=asked.stage)
    if asked.facility:
        rows = rows.filter(asker__code=asked.facility)
    listed = list(rows[asked.offset : asked.offset + asked.limit])
    states = progress.states_of(listed)
    return {"total": rows.count(), "rows": [_head(one, states[one.pk]) for one in listed]}


def _head(one: Order, state: str) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": queries.number_of(one),
        "kind": one.kind,
        "state": state,
        "emergency": one.emergency,
        "facility": one.asker.code,
        "supplier": one.supplier.code,
        "drawn_on": one.drawn_on,
        "submitted_on": one.submitted_on,
    }


@router.get("/{int:order_id}", response={200: WholeOrderOut, **REFUSALS})
def one_order(request: ActorRequest, order_id: int) -> Any:
    """One order with its lines, how far each has come, and every step."""
    one = queries.order(request.actor, order_id)
    known = progress.progress_of([order_id])[order_id]
    lines = [
        _line(line, known.get(line.product_id, LineProgress(line.approved or 0))) for line in queries.lines_of(order_id)
    ]
    steps = [
        {"verb": step.verb, "at": step.at, "actor": step.actor_name, "note": step.note}
        for step in queries.steps_of(order_id)
    ]
    head = _head(one, progress.states_of([one])[one.pk])
    return {**head, "reason": one.reason, "note": one.note, "lines": lines, "steps": steps}


def _line(line: Any, travelled: LineProgress) -> dict[str, Any]:
    return {
        "product": line.product.code,
        "suggested": line.suggested,
        "asked": line.asked,
        "reason": line.reason,
        "approved": line.approved,
        "review_reason": line.review_reason,
        "drawn": travelled.drawn,
        "sent": travelled.sent,
        "accepted": travelled.accepted,
        "damaged": travelled.damaged,
        "missing": travelled.missing,
    }


@router.post("/ask", response=ANSWERED)
def ask(request: ActorRequest, given: OrderIn) -> Any:
    """Ask for goods: drawn up and sent in at once."""
    facility = directory.facility_in_sight(request.actor, given.facility)
    done = draw_order(
        asker_id=facility.pk,
        supplier_id=_supplier_id(given.supplier),
        lines=None if given.lines is None else [AskedLine(*one) for one in _by_id(given.lines)],
        emergency=given.emergency,
        reason=given.reason[:300],
        note=given.note[:300],
        send_in=True,
        on=timezone.localdate(),
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return _answer(request, done)


def _supplier_id(code: str | None) -> int | None:
    """A place of the same level may be asked though one cannot look into it; an unknown code is nobody to ask."""
    if code is None:
        return None
    found = directory.facility_by_code(code)
    return found.pk if found else 0


def _by_id(lines: list[AskedIn]) -> list[tuple[int, int, str]]:
    """(product id, pieces, reason).

    Raises:
        Refused: every unknown code at once.
    """
    known = catalogue.product_ids([line.product for line in lines])
    raise_all(
        Refused(
            N_("Line {row}: there is no {given} in the catalogue."),
            field=f"lines-{row - 1}-product",
            row=row,
            given=line.product,
        )
        for row, line in enumerate(lines, start=1)
        if line.product not in known
    )
    return [(known[line.product], line.pieces, line.reason) for line in lines]


@router.post("/{int:order_id}/approval", response=ANSWERED)
def approval(request: ActorRequest, order_id: int, given: ApprovalIn) -> Any:
    """Agree to an order, cut or raised where lines are named."""
    done = approve_order(
        order_id=order_id,
        lines=[ReviewedLine(*line) for line in _by_id(given.lines)],
        note=given.note,
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return _answer(request, done)


def _answer(request: ActorRequest, done: Done) -> Status[dict[str, Any]]:
    number = queries.number_of(queries.order(request.actor, done.id))
    return Status(200 if done.repeated else 201, {"id": done.id, "number": number, "repeated": done.repeated})
