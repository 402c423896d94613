"""Post a goods-receipt note: what it says enters the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _posting
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import drawn, lines_of
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.documents.lines import DocumentLine, Origin
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@once
def post_document(*, document_id: int, actor: Actor, command_id: UUID, at: datetime) -> DrawnDocument:
    """Enter the goods of a goods-receipt note. Safe to repeat; a note that has been posted is answered as it is.

    A purchase is a delivery, a transfer or return settles what was sent, a surplus is an adjustment with the reason
    `found`.

    Raises:
        Refused: not checked where two people are needed, and whatever the ledger refuses, all lines at once.
        Unknown, Forbidden: see permissions.
    """
    document, _places, posted_before = _posting.ready(document_id, actor, at)
    if posted_before:
        return replace(answer(document), repeated=True)
    if document.kind != DocumentKind.RECEIPT:
        raise Refused(N_("An issue or return slip is sent, not posted."), code="wrong_kind")
    lines = [drawn(row) for row in lines_of(document_id)]

    said = {"on": document.on, "actor": actor, "command_id": _posting.command_of(document), "at": at}
    receipt = _enter(document, lines, said)
    return _posting.note_posting(document, receipt, actor=actor, at=at, details={})


def _enter(document: Document, lines: list[DocumentLine], said: dict[str, Any]) -> Receipt:
    if document.transfer_id is not None:
        arrived = [line.arrived() for line in lines]
        return receive_transfer(
            transfer_id=document.transfer_id,
            lines=arrived,
            note=document.note,
            checked=_posting.seen(document),
            **said,
        )
    goods = [line.delivered() for line in lines]
    if document.origin == Origin.SURPLUS:
        return adjust_stock(
            facility_id=document.facility_id, reason_code="found", lines=[], found=goods, note=document.note, **said
        )
    reference = " ".join(part for part in (document.supplier, document.reference) if part)[:120]
    return receive_delivery(
        facility_id=document.facility_id,
        lines=goods,
        reference=reference,
        note=document.note,
        checked=_posting.seen(document),
        **said,
    )
