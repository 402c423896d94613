"""Open a count sheet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations import _loading
from zhixuan.modules.stock.operations.lock_store import lock_store
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.modules.stock.queries.counting import LotToCount
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.counting.states import CountState
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import numbers, sql
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering


@once_answering(lambda made_id: Count.objects.get(pk=made_id))
def open_count(
    *,
    facility_id: int,
    scope: str = "all",
    product_ids: Collection[int] = (),
    moved_since: date | None = None,
    with_quarantine: bool = True,
    blind: bool = False,
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Count:
    """Write down which lots are to be counted. Nothing is frozen: trading goes on. Safe to repeat.

    Args:
        scope: all, group or chosen; for the last two `product_ids` says what it comes to.
        moved_since: only lots that came or went on that day or later.

    Raises:
        Refused: no products, nothing to count, lots that stand on another open sheet.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.COUNT, places)
    lock_store(places)
    chosen = None if scope == Count.Scope.ALL else sorted(set(product_ids))
    lots = ledger.lots_to_count(places, held=with_quarantine, product_ids=chosen, moved_since=moved_since)

    _check(scope, chosen, lots, moved_since)
    _check_free(facility_id, lots)

    year = timezone.localtime(at).year
    sequence = numbers.next_number("counting.count", facility_id, year)
    count = Count.objects.create(
        command_id=command_id,
        facility_id=facility_id,
        year=year,
        sequence=sequence,
        number=f"{places.code}-{year}-P{sequence:03d}",
        scope=scope,
        product_ids=chosen or [],
        moved_since=moved_since,
        with_quarantine=with_quarantine,
        blind=blind,
        state=CountState.OPENED,
        after_event=ledger.last_event_id(),
        note=note.strip(),
        opened_at=at,
        opened_by=actor.user_id,
        opened_by_name=actor.name[:150],
    )
    sql.tell(sql.insertion(LINE, [_row(count, place, lot) for place, lot in enumerate(lots, 1)]))
    _loading.note(actor, "open_count", count, {"number": count.number, "lots": len(lots)}, at)
    return count


def _check(scope: str, chosen: list[int] | None, lots: list[LotToCount], moved_since: date | None) -> None:
    if scope not in Count.Scope.values:
        raise Refused(N_("Choose what is counted."), field="scope")
    if chosen is not None and not chosen:
        raise Refused(N_("Choose at least one product."), field="products")
    if not lots and (chosen is not None or moved_since is not None):
        raise Refused(N_("The books show nothing to count with these choices. Choose more."), field="scope")


def _check_free(facility_id: int, lots: list[LotToCount]) -> None:
    """A lot stands on one open sheet only, or two people would correct the same difference."""
    taken = CountLine.objects.filter(facility_id=facility_id, open=True).exclude(lot=None)
    busy = {(held, lot_id): number for held, lot_id, number in taken.values_list("held", "lot_id", "count__number")}
    numbers = sorted({busy[lot.held, lot.lot_id] for lot in lots if (lot.held, lot.lot_id) in busy})
    if numbers:
        raise Refused(
            N_("Some of these lots are being counted already, on sheet {number}. Finish or cancel it first."),
            code="being_counted",
            number=", ".join(numbers),
        )


LINE = (
    "INSERT INTO counting_countline (count_id, facility_id, position, product_id, item_id, lot_id, held, lot_number, "
    "expires_on, found, open, tallies, counted_by_name, recount, left_out, accepted, reason, reason_note)"
)


def _row(count: Count, position: int, lot: LotToCount) -> tuple[object, ...]:
    """A line that nobody has counted yet, as the columns of LINE. Written plainly: a sheet may have thousands."""
    return (
        count.pk,
        count.facility_id,
        position,
        lot.product_id,
        lot.item_id,
        lot.lot_id,
        lot.held,
        lot.number,
        sql.date_value(lot.expires_on),
        False,
        True,
        0,
        "",
        False,
        False,
        False,
        "",
        "",
    )
