"""Counts for programs: list, open, enter numbers, finish, approve, post."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.counting.models import Tally
from zhixuan.modules.counting.operations.approve_count import approve_count
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.operations.finish_count import Uncounted, finish_count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.counting.operations.post_sheet import post_sheet
from zhixuan.modules.counting.queries import counts as queries
from zhixuan.modules.counting.queries.review import Reviewed, reviewed
from zhixuan.modules.counting.queries.standing import standings
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.api import REFUSALS, Code, Count, PageQuery, Sentence, part
from zhixuan.shared.requests import ActorRequest

router = Router()


class CountOut(Schema):
    id: int
    number: str
    facility: str
    state: str
    scope: str
    blind: bool
    opened_at: datetime
    counted_on: date | None
    totals: dict[str, int]


class CountsOut(Schema):
    total: int
    rows: list[CountOut]


class LineOut(Schema):
    """`expected` is what the books said at the moment of counting; on a blind sheet it is kept back until the end."""

    line_id: int
    position: int
    product: str
    item: str
    lot: str
    expires_on: date
    in_quarantine: bool
    found: bool
    tallies: int
    counted: int | None
    counted_at: datetime | None
    expected: int | None
    difference: int | None
    recount: bool
    accepted: bool
    reason: str


class WholeCountOut(CountOut):
    lines: list[LineOut]


class DueOut(Schema):
    facility: str
    standing: str
    every: str
    by: date
    days_late: int
    last_counted: date | None


class OpenIn(Schema):
    command_id: UUID
    products: list[Code] = []
    moved_since: date | None = None
    with_quarantine: bool = True
    blind: bool = False
    note: Sentence = ""


class NumberIn(Schema):
    """`tallies` as it was read: a number that somebody entered meanwhile is not passed over."""

    command_id: UUID
    line_id: int
    pieces: Count
    tallies: int
    counted_at: datetime


class NumbersIn(Schema):
    numbers: list[NumberIn]


class FinishIn(Schema):
    command_id: UUID
    uncounted: Uncounted = "refuse"


class ApproveIn(Schema):
    note: Sentence = ""


class PostIn(Schema):
    command_id: UUID


class PostedOut(Schema):
    """`slip` is empty where books and shelf agreed."""

    state: str
    slip: str
    event_id: int | None
    repeated: bool


def _count(one: Any) -> dict[str, Any]:
    names = ("id", "number", "state", "scope", "blind", "opened_at", "counted_on", "totals")
    return {**{name: getattr(one, name) for name in names}, "facility": one.facility.code}


@router.get("/counts", response={200: CountsOut, **REFUSALS})
def counts(request: ActorRequest, page: PageQuery, facility: Code | None = None, state: Code | None = None) -> Any:
    """Counts in sight, latest first."""
    rows = queries.counts_for(request.actor)
    if facility is not None:
        rows = rows.filter(facility__code=facility)
    if state is not None:
        rows = rows.filter(state=state)
    found = part(rows, page)
    return {"total": found["total"], "rows": [_count(one) for one in found["rows"]]}


@router.get("/due", response={200: list[DueOut], **REFUSALS})
def counts_due(request: ActorRequest) -> Any:
    """Who has to count, overdue first."""
    return [
        {
            "facility": row.facility.code,
            "standing": row.due.standing,
            "every": row.every,
            "by": row.due.by,
            "days_late": row.due.days_late,
            "last_counted": row.last_counted,
        }
        for row in standings(request.actor, today=timezone.localdate())
    ]


@router.get("/counts/{count_id}", response={200: WholeCountOut, **REFUSALS})
def one_count(request: ActorRequest, count_id: int) -> Any:
    """One count with all its lines."""
    one = queries.count(request.actor, count_id)
    hidden = one.blind and one.state in {"opened", "counting", "recount"}
    rows = reviewed(one, queries.lines_of(count_id), places_of(one.facility_id))
    return {**_count(one), "lines": [_line(row, hidden=hidden) for row in rows]}


def _line(row: Reviewed, *, hidden: bool) -> dict[str, Any]:
    line = row.line
    expected = line.expected if line.expected is not None else row.book.expected if row.variance else None
    known = expected is not None and line.counted is not None and not hidden
    names = ("position", "expires_on", "found", "tallies", "counted", "counted_at", "recount", "accepted", "reason")
    return {
        **{name: getattr(line, name) for name in names},
        "line_id": line.pk,
        "product": line.product.code,
        "item": line.item.code,
        "lot": line.lot_number,
        "in_quarantine": line.held,
        "expected": expected if known else None,
        "difference": (line.counted or 0) - (expected or 0) if known else None,
    }


@router.post("/facilities/{facility}/counts", response={200: CountOut, 201: CountOut, **REFUSALS})
def open_a_count(request: ActorRequest, facility: Code, given: OpenIn) -> Any:
    """Open a sheet: of everything, or of the products that are named."""
    known = catalogue.product_ids(given.products)
    raise_all(
        Refused(N_("There is no product {given} in the catalogue."), field="products", given=code)
        for code in given.products
        if code not in known
    )
    one = open_count(
        facility_id=directory.facility_in_sight(request.actor, facility).id,
        scope="chosen" if given.products else "all",
        product_ids=list(known.values()),
        moved_since=given.moved_since,
        with_quarantine=given.with_quarantine,
        blind=given.blind,
        note=given.note,
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return Status(201, _count(one))


@router.post("/counts/{count_id}/numbers", response={200: CountOut, **REFUSALS})
def count_numbers(request: ActorRequest, count_id: int, given: NumbersIn) -> Any:
    """Enter what was counted; all of it or, with a reason for each line that is wrong, nothing."""
    numbers = [Counted(one.line_id, one.pieces, one.tallies, _aware(one), one.command_id) for one in given.numbers]
    one = enter_numbers(
        count_id=count_id, numbers=numbers, source=Tally.Source.PROGRAM, actor=request.actor, at=timezone.now()
    )
    return _count(one)


def _aware(one: NumberIn) -> datetime:
    return timezone.make_aware(one.counted_at) if timezone.is_naive(one.counted_at) else one.counted_at


@router.post("/counts/{count_id}/finish", response={200: CountOut, **REFUSALS})
def count_finish(request: ActorRequest, count_id: int, given: FinishIn) -> Any:
    """Everything is counted."""
    one = finish_count(
        count_id=count_id,
        uncounted=given.uncounted,
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return _count(one)


@router.post("/counts/{count_id}/approval", response={200: CountOut, **REFUSALS})
def count_approval(request: ActorRequest, count_id: int, given: ApproveIn) -> Any:
    """Approve the differences; not by somebody who counted."""
    return _count(approve_count(count_id=count_id, note=given.note, actor=request.actor, at=timezone.now()))


@router.post("/counts/{count_id}/posting", response={200: PostedOut, 201: PostedOut, **REFUSALS})
def count_posting(request: ActorRequest, count_id: int, given: PostIn) -> Any:
    """Bring the differences into the books, as one slip."""
    posted = post_sheet(count_id=count_id, actor=request.actor, command_id=given.command_id, at=timezone.now())
    slip = posted.receipt.slip if posted.receipt else ""
    said = {"state": posted.count.state, "slip": slip, "event_id": posted.count.event_id, "repeated": posted.repeated}
    return Status(200 if posted.repeated else 201, said)
