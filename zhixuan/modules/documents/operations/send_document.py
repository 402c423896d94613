"""Send what an issue slip or a return slip says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations import _posting
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import drawn, number_of
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.documents import picks
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@once
def send_document(
    *, document_id: int, confirmed: str = "", actor: Actor, command_id: UUID, at: datetime
) -> DrawnDocument:
    """Post the slip to the ledger: lots by first expiry first out, picked again under the lock. Safe to repeat; a
    document that has been sent is answered as it is.

    Args:
        confirmed: `rules.documents.picks.seal_of` the changed lots that the sender has seen and agrees to.

    Raises:
        Refused: code `lots_changed` when other lots would go than were proposed and nobody has agreed; what cannot be
            sent, all lines at once; not checked where two people are needed.
        Unknown, Forbidden: see permissions.
    """
    document, places, sent_before = _posting.ready(document_id, actor, at)
    if sent_before:
        return replace(answer(document), repeated=True)
    if document.kind == DocumentKind.RECEIPT:
        raise Refused(N_("A goods-receipt note is posted, not sent."), code="wrong_kind")
    rows = list(DrawnLine.objects.filter(document_id=document_id).order_by("row"))

    operation = send_transfer if document.kind == DocumentKind.ISSUE else return_stock
    receipt = operation(
        from_facility_id=places.facility_id,
        to_facility_id=document.other_facility_id,
        lines=[drawn(row).wanted() for row in rows],
        on=document.on,
        reference=document.reference,
        note=document.note,
        checked=_posting.seen(document),
        actor=actor,
        command_id=_posting.command_of(document),
        at=at,
    )
    changed = _changes(rows, receipt)
    _check_agreed(document, changed, confirmed)
    _renew_proposals(rows, receipt, changed)
    details: dict[str, object] = {"lots_changed": [{"row": one.row, "was": one.was, "now": one.now} for one in changed]}
    return _posting.note_posting(document, receipt, actor=actor, at=at, details=details if changed else {})


def _changes(rows: list[DrawnLine], receipt: Receipt) -> list[picks.Changed]:
    was = [picks.pieces_by_lot(row.proposal) for row in rows]
    now = [picks.pieces_by_lot(pick["lots"]) for pick in receipt.details["picks"]]
    return [replace(one, row=rows[one.row - 1].row) for one in picks.changes(was, now)]


def _check_agreed(document: Document, changed: list[picks.Changed], confirmed: str) -> None:
    """Whatever was posted above is undone with this refusal: it is one transaction."""
    if changed and confirmed != picks.seal_of(changed):
        raise Refused(
            N_(
                "Since document {number} was drawn the stock has changed: on {count} lines other lots would go. Look "
                "at them, then confirm and send."
            ),
            code="lots_changed",
            number=number_of(document),
            count=len(changed),
        )


def _renew_proposals(rows: list[DrawnLine], receipt: Receipt, changed: list[picks.Changed]) -> None:
    """The paper says what went."""
    touched = {one.row for one in changed}
    lots: list[dict[str, Any]] = [pick["lots"] for pick in receipt.details["picks"]]
    renewed = []
    for row, taken in zip(rows, lots, strict=True):
        if row.row in touched:
            row.proposal = taken
            renewed.append(row)
    DrawnLine.objects.bulk_update(renewed, ["proposal"], batch_size=200)
