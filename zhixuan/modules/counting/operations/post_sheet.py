"""Post a count: the books say what lay there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading, _verdict
from zhixuan.modules.counting.queries.review import Reviewed, moment_of, reviewed
from zhixuan.modules.stock.operations.lock_store import lock_store
from zhixuan.modules.stock.operations.post_count import post_count
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.counting import states
from zhixuan.rules.counting.states import CountState, Step
from zhixuan.rules.stock.counting import WITHIN_TOLERANCE, Difference, FoundLot
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import sql
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Posted:
    """A count that is in the books. `receipt` is None when there was no difference, or when it was a repeat."""

    count: Count
    receipt: Receipt | None
    repeated: bool


@transaction.atomic
def post_sheet(*, count_id: int, actor: Actor, command_id: UUID, at: datetime) -> Posted:
    """Bring every difference into the ledger, as one slip in one transaction. Safe to repeat.

    What was traded since each lot was counted stays: afterwards the books say what was counted and the moves since.

    Raises:
        Refused: differences without reason or approval, a lot of which more has gone out since than was counted
            (named; nothing is posted), a count that is not finished.
        Unknown, Forbidden: see permissions.
    """
    count, places = _loading.hold(actor, count_id)
    if count.state == CountState.POSTED:
        return Posted(count, None, repeated=True)
    following = states.after(CountState(count.state), Step.POST)
    lock_store(places)
    rows = reviewed(count, CountLine.objects.filter(count_id=count_id).order_by("position"), places)

    _verdict.check_complete(rows)
    _verdict.check_approved(count, rows)

    receipt = _to_ledger(count, places, rows, actor, command_id, at)
    _keep(count, rows, receipt, following, actor, at)
    _loading.note(actor, "post_sheet", count, {"slip": receipt.slip if receipt else "", **count.totals}, at)
    return Posted(count, receipt, repeated=False)


def _to_ledger(
    count: Count, places: FacilityPlaces, rows: Sequence[Reviewed], actor: Actor, command_id: UUID, at: datetime
) -> Receipt | None:
    differing = [row for row in rows if row.difference]
    if not differing:
        return None
    today = timezone.localtime(at).date()
    losses = {
        (row.line.held, row.lot_id): -row.difference
        for row in differing
        if row.difference < 0 and row.lot_id is not None
    }
    days = [moment.day for row in differing if (moment := moment_of(row.line)) is not None]
    return post_count(
        facility_id=count.facility_id,
        differences=[
            Difference(row.lot_id, row.difference, row.line.reason or WITHIN_TOLERANCE, row.line.held)
            for row in differing
            if row.lot_id is not None
        ],
        found=[_found(row) for row in differing if row.lot_id is None],
        on=ledger.day_to_post(places, losses, max(days), today=today),
        reference=count.number,
        note=count.approval_note or count.note,
        actor=actor,
        command_id=command_id,
        at=at,
    )


def _found(row: Reviewed) -> FoundLot:
    line = row.line
    lot = Delivered(line.item_id, line.lot_number, line.expires_on, row.difference)
    return FoundLot(lot, line.reason or WITHIN_TOLERANCE, line.held)


def _keep(
    count: Count, rows: Sequence[Reviewed], receipt: Receipt | None, following: CountState, actor: Actor, at: datetime
) -> None:
    """Note what was expected of each line; from now on that is history and not worked out any more."""
    counted = [row for row in rows if row.variance is not None]
    sql.write(
        "UPDATE counting_countline SET expected = %s WHERE id = %s",
        [(row.book.expected, row.line.id) for row in counted],
    )
    CountLine.objects.filter(count_id=count.pk).update(open=False)
    days = [moment.day for row in counted if (moment := moment_of(row.line)) is not None]
    count.state, count.ended_at, count.ended_by_name = following, at, actor.name[:150]
    count.counted_on = max(days, default=timezone.localtime(at).date())
    count.event_id = receipt.event_id if receipt else None
    count.totals = {
        "lots": len(counted),
        "exact": sum(row.difference == 0 for row in counted),
        "book": sum(row.book.expected for row in counted),
        "difference": sum(abs(row.difference) for row in counted),
        "net": sum(row.difference for row in counted),
    }
    count.save(update_fields=["state", "ended_at", "ended_by_name", "counted_on", "event", "totals"])
