"""Verbs: each parses, calls one operation, and answers its receipt (201, or 200 when it was a repeat)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from ninja import Router, Status

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.api import shapes
from zhixuan.modules.stock.api.shapes import ReceiptOut
from zhixuan.modules.stock.operations import close_month as month_operations
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.reach import out_of_reach
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.given_out import HowGiven
from zhixuan.rules.stock.receiving import Arrived, Delivered
from zhixuan.shared.api import REFUSALS, Code
from zhixuan.shared.requests import ActorRequest

router = Router()

POSTED: dict[int, Any] = {200: ReceiptOut, 201: ReceiptOut, **REFUSALS}


def _answer(receipt: Receipt) -> Status[dict[str, Any]]:
    return Status(200 if receipt.repeated else 201, asdict(receipt))


def _facility_id(request: ActorRequest, code: str) -> int:
    return int(directory.facility_in_sight(request.actor, code).id)


def _receiver_id(code: str) -> int:
    """Stock may be sent to a facility that the sender cannot look into."""
    found = directory.facility_by_code(code)
    if found is None:
        raise out_of_reach()
    return int(found.id)


def _ids(codes: Sequence[str | None], known: dict[str, int], field: str) -> list[int | None]:
    """Ids of catalogue codes, or every unknown code at once."""
    raise_all(
        Refused(
            N_("Line {row}: there is no {given} in the catalogue."), field=f"lines-{i}-{field}", row=i + 1, given=code
        )
        for i, code in enumerate(codes)
        if code is not None and code not in known
    )
    return [None if code is None else known[code] for code in codes]


def _wanted(lines: Sequence[shapes.WantedIn]) -> list[Wanted]:
    products = _ids(
        [line.product for line in lines], catalogue.product_ids([line.product for line in lines]), "product"
    )
    item_codes = [line.item for line in lines]
    items = _ids(item_codes, catalogue.item_ids([code for code in item_codes if code]), "item")
    return [
        Wanted(
            product_id=product_id or 0,
            pieces=line.pieces,
            item_id=item_id,
            whole_packs=line.whole_packs,
            chosen=tuple((lot.lot_id, lot.pieces) for lot in line.lots),
            override_reason=line.override_reason,
        )
        for line, product_id, item_id in zip(lines, products, items, strict=True)
    ]


@router.post("/facilities/{facility}/deliveries", response=POSTED)
def deliveries(request: ActorRequest, facility: Code, given: shapes.DeliveryIn) -> Any:
    """Receive a supplier's delivery."""
    codes = [line.item for line in given.lines]
    items = _ids(codes, catalogue.item_ids(codes), "item")
    lines = [
        Delivered(
            item_id or 0, line.lot.strip(), line.expires_on, line.pieces, line.made_on, line.other_expiry_confirmed
        )
        for line, item_id in zip(given.lines, items, strict=True)
    ]
    receipt = receive_delivery(
        facility_id=_facility_id(request, facility), lines=lines, reference=given.reference, **_common(request, given)
    )
    return _answer(receipt)


def _common(request: ActorRequest, given: shapes.CommandIn) -> dict[str, Any]:
    return {
        "on": given.on,
        "note": given.note,
        "actor": request.actor,
        "command_id": given.command_id,
        "at": timezone.now(),
    }


@router.post("/facilities/{facility}/transfers", response=POSTED)
def transfers(request: ActorRequest, facility: Code, given: shapes.TransferIn) -> Any:
    """Send stock to another facility, first expiry first; the receipt explains the lots."""
    receipt = send_transfer(
        from_facility_id=_facility_id(request, facility),
        to_facility_id=_receiver_id(given.to_facility),
        lines=_wanted(given.lines),
        reference=given.reference,
        **_common(request, given),
    )
    return _answer(receipt)


@router.post("/facilities/{facility}/returns", response=POSTED)
def returns(request: ActorRequest, facility: Code, given: shapes.TransferIn) -> Any:
    """Send stock back up the supply line; the note says why."""
    receipt = return_stock(
        from_facility_id=_facility_id(request, facility),
        to_facility_id=_receiver_id(given.to_facility),
        lines=_wanted(given.lines),
        reference=given.reference,
        **_common(request, given),
    )
    return _answer(receipt)


@router.post("/facilities/{facility}/dispensings", response=POSTED)
def dispensings(request: ActorRequest, facility: Code, given: shapes.DispensingIn) -> Any:
    """Dispense anonymously: there is no field for a person."""
    receipt = dispense(
        facility_id=_facility_id(request, facility),
        lines=_wanted(given.lines),
        already_happened=given.already_happened,
        how=HowGiven(given.channel, given.first_time, given.counselled),
        **_common(request, given),
    )
    return _answer(receipt)


@router.post("/facilities/{facility}/adjustments", response=POSTED)
def adjustments(request: ActorRequest, facility: Code, given: shapes.AdjustmentIn) -> Any:
    """Correct lots for one coded reason."""
    receipt = adjust_stock(
        facility_id=_facility_id(request, facility),
        reason_code=given.reason,
        lines=[(line.lot_id, line.pieces) for line in given.lines],
        **_common(request, given),
    )
    return _answer(receipt)


@router.post("/transfers/{event_id}/receipt", response=POSTED)
def transfer_receipt(request: ActorRequest, event_id: shapes.LotId, given: shapes.ArrivalIn) -> Any:
    """Take in a transfer: every piece sent is accepted, damaged or missing."""
    lines = [Arrived(line.lot_id, line.accepted, line.damaged, line.missing) for line in given.lines]
    return _answer(receive_transfer(transfer_id=event_id, lines=lines, **_common(request, given)))


@router.post("/slips/{event_id}/reversal", response=POSTED)
def reversal(request: ActorRequest, event_id: shapes.LotId, given: shapes.ReversalIn) -> Any:
    """Reverse a slip by another slip."""
    receipt = reverse_event(
        event_id=event_id,
        reason=given.reason,
        on=given.on,
        actor=request.actor,
        command_id=given.command_id,
        at=timezone.now(),
    )
    return _answer(receipt)


@router.post("/facilities/{facility}/months/{month}/close", response={204: None, **REFUSALS})
def close(request: ActorRequest, facility: Code, month: Code) -> Any:
    """Close a month; closing a closed one changes nothing."""
    month_operations.close_month(
        facility_id=_facility_id(request, facility), month=Month.parse(month), actor=request.actor, at=timezone.now()
    )
    return Status(204, None)


@router.post("/facilities/{facility}/months/{month}/reopen", response={204: None, **REFUSALS})
def reopen(request: ActorRequest, facility: Code, month: Code, given: shapes.ReasonIn) -> Any:
    """Open the latest closed month again; the reason is kept."""
    month_operations.reopen_month(
        facility_id=_facility_id(request, facility),
        month=Month.parse(month),
        reason=given.reason,
        actor=request.actor,
        at=timezone.now(),
    )
    return Status(204, None)
