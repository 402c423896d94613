"""Note a lot that lies there and does not stand on the sheet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.counting.operations import _loading, _tallies
from zhixuan.modules.counting.operations._tallies import Counted
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.rules.counting.states import Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor
from zhixuan.shared.once import conflict


@transaction.atomic
def add_found_lot(
    *,
    count_id: int,
    lot: Delivered,
    held: bool = False,
    counted_at: datetime,
    source: str = Tally.Source.SCREEN,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> CountLine:
    """Add a line for a lot and its number. Safe to repeat.

    Raises:
        Refused: the command came with another lot; the lot stands on the sheet or on another open one; its number is
            known with another expiry and nobody confirmed that both exist.
        Unknown, Forbidden: see permissions.
    """
    count, _places = _loading.hold(actor, count_id)
    if done := Tally.objects.filter(command_id=command_id).select_related("line").first():
        return _same(done, count_id, lot, held=held)
    count.state = _loading.states.after(_loading.CountState(count.state), Step.ENTER)
    _loading.check_moment(count, counted_at, at)

    line = _new_line(count, lot, held=held)

    line.save()
    number = Counted(line.id, lot.pieces, 0, counted_at, command_id)
    _tallies.write(_tallies.to_write(count, [line], [number], at), source, actor, at)
    count.save(update_fields=["state"])
    return line


def _same(done: Tally, count_id: int, lot: Delivered, *, held: bool) -> CountLine:
    """The line of a command that was carried out; the moment of counting may differ, the page tells it anew."""
    line = done.line
    then = (line.count_id, line.item_id, line.lot_number, line.expires_on, line.held, done.pieces)
    if then != (count_id, lot.item_id, lot.lot_number.strip(), lot.expires_on or UNKNOWN_EXPIRY, held, lot.pieces):
        raise conflict()
    return line


def _new_line(count: Count, lot: Delivered, *, held: bool) -> CountLine:
    items = catalogue.items_by_id([lot.item_id])
    if lot.item_id not in items:
        raise Refused(N_("Choose an item from the catalogue."), field="item")
    number, expires_on = lot.lot_number.strip(), lot.expires_on or UNKNOWN_EXPIRY
    same = CountLine.objects.filter(count=count, item_id=lot.item_id, lot_number=number, held=held)
    for other in same:
        if other.expires_on == expires_on:
            raise Refused(
                N_("This lot stands on the sheet, on line {line}. Enter what you counted there."),
                field="lot_number",
                code="on_sheet",
                line=other.position,
            )
    if not lot.other_expiry_confirmed:
        _check_expiry(lot.item_id, number, lot)
    lot_id = ledger.ids_of_lots({(lot.item_id, number, expires_on)}).get((lot.item_id, number, expires_on))
    busy = CountLine.objects.filter(facility_id=count.facility_id, open=True, held=held).exclude(lot=None)
    if lot_id is not None and busy.filter(lot_id=lot_id).exists():
        raise Refused(N_("This lot is being counted on another open sheet."), field="lot_number", code="being_counted")
    last = CountLine.objects.filter(count=count).aggregate(last=Max("position"))["last"] or 0
    return CountLine(
        count=count,
        facility_id=count.facility_id,
        position=last + 1,
        product_id=items[lot.item_id].product_id,
        item_id=lot.item_id,
        lot_id=lot_id,
        held=held,
        lot_number=number,
        expires_on=expires_on,
        found=True,
    )


def _check_expiry(item_id: int, number: str, lot: Delivered) -> None:
    """The same number with another expiry is asked about, never taken for the same lot or silently for a new one."""
    known = ledger.expiries_of({(item_id, number)}).get((item_id, number), [])
    if known and (lot.expires_on or UNKNOWN_EXPIRY) not in known:
        raise Refused(
            N_(
                "Lot {lot} is known with expiry {known}, here it says {given}. Look at the label: correct the date, or "
                "confirm that it is another lot with the same number."
            ),
            field="expires_on",
            code="expiry_differs",
            lot=number,
            known=min(known),
            given=lot.expires_on or "—",
        )
