"""Documents for programs: draw, check, send or post, cancel, list, show. Facilities, products and items by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Router, Status

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents.api import shapes
from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.draw_document import DrawnDocument, draw_document
from zhixuan.modules.documents.operations.post_document import post_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.stock.queries import reach
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import Acceptance, DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.api import REFUSALS, Code, PageQuery, part
from zhixuan.shared.requests import ActorRequest

router = Router()

DRAWN: dict[int, Any] = {200: shapes.DrawnOut, 201: shapes.DrawnOut, **REFUSALS}


def _answer(drawn: DrawnDocument) -> Status[DrawnDocument]:
    return Status(200 if drawn.repeated else 201, drawn)


def _shown(document: Any) -> dict[str, Any]:
    return {
        "id": document.pk,
        "number": queries.number_of(document),
        "kind": document.kind,
        "state": document.state,
        "facility": document.facility.code,
        "other_facility": document.other_facility.code if document.other_facility else None,
        "on": document.on,
        "reference": document.reference,
        "note": document.note,
        "drawn_by": document.drawn_by_name,
        "drawn_at": document.drawn_at,
        "checked_by": document.checked_by_name,
        "event_id": document.event_id,
    }


@router.get("/", response={200: shapes.DocumentsOut, **REFUSALS})
def all_documents(
    request: ActorRequest,
    page: PageQuery,
    facility: Code | None = None,
    kind: Literal["receipt", "issue", "return"] | None = None,
    state: shapes.Short | None = None,
) -> Any:
    """Documents in sight, latest first."""
    rows = queries.latest_first(queries.documents_for(request.actor))
    wanted = {"facility__code": facility, "kind": kind, "state": state}
    for name, value in wanted.items():
        if value is not None:
            rows = rows.filter(**{name: value})
    found = part(rows, page)
    return {"total": found["total"], "rows": [_shown(document) for document in found["rows"]]}


@router.get("/{document_id}", response={200: shapes.DocumentWithLinesOut, **REFUSALS})
def one_document(request: ActorRequest, document_id: shapes.Id) -> Any:
    """One document with its lines, the lots proposed and why, and what the checker answered."""
    document = queries.document(request.actor, document_id)
    lines = [
        {
            "row": line.row,
            "product": line.product.code,
            "item": line.item.code if line.item else None,
            "pieces": line.pieces,
            "asked_pieces": line.asked_pieces,
            "lot": line.lot_number,
            "expires_on": line.expires_on,
            "unit_price": line.unit_price,
            "proposal": line.proposal,
            "answers": line.answers,
        }
        for line in queries.lines_of(document_id)
    ]
    return {**_shown(document), "lines": lines}


@router.post("/facilities/{facility}", response=DRAWN)
def new_document(request: ActorRequest, facility: Code, given: shapes.DocumentIn) -> Any:
    """Draw a goods-receipt note, an issue slip or a return slip."""
    place = directory.facility_in_sight(request.actor, facility)
    kind = DocumentKind(given.kind)
    origin = given.origin or ("purchase" if kind is DocumentKind.RECEIPT else "")
    head = Head(origin, given.supplier, given.transport, given.keeper, given.acceptor, given.supervisor, given.transfer)
    drawn = draw_document(
        kind=kind,
        facility_id=place.pk,
        other_facility_id=_other_id(given.to_facility),
        lines=_lines(given.lines),
        on=given.on,
        reference=given.reference,
        note=given.note,
        head=head,
        **_said(request, given.command_id),
    )
    return _answer(drawn)


@router.post("/{document_id}/check", response=DRAWN)
def document_check(request: ActorRequest, document_id: shapes.Id, given: shapes.CheckIn) -> Any:
    """End a check: all in order, or back for correction with the reason."""
    head = {"consignee": given.consignee, "day": given.day}
    said = _said(request, given.command_id)
    return _answer(check_document(document_id=document_id, head=head, lines=given.lines, reason=given.reason, **said))


@router.post("/{document_id}/send", response=DRAWN)
def document_sending(request: ActorRequest, document_id: shapes.Id, given: shapes.SendIn) -> Any:
    """Post the document to the ledger: goods leave, or enter."""
    document = queries.document(request.actor, document_id)
    said = _said(request, given.command_id)
    if document.kind == DocumentKind.RECEIPT:
        return _answer(post_document(document_id=document_id, **said))
    return _answer(send_document(document_id=document_id, confirmed=given.confirmed, **said))


@router.post("/{document_id}/cancel", response=DRAWN)
def document_cancelling(request: ActorRequest, document_id: shapes.Id, given: shapes.CancelIn) -> Any:
    """Give a document up; it keeps its number."""
    said = _said(request, given.command_id)
    return _answer(cancel_document(document_id=document_id, reason=given.reason, **said))


def _said(request: ActorRequest, command_id: UUID) -> dict[str, Any]:
    return {"actor": request.actor, "command_id": command_id, "at": timezone.now()}


def _other_id(code: str | None) -> int | None:
    """Goods may go to a facility that the sender cannot look into; whether they may is decided below."""
    if code is None:
        return None
    found = directory.facility_by_code(code)
    if found is None:
        raise reach.out_of_reach()
    return int(found.pk)


def _lines(given: Sequence[shapes.LineIn]) -> list[DocumentLine]:
    products = catalogue.product_ids(line.product for line in given)
    items = catalogue.item_ids(line.item for line in given if line.item)
    raise_all(
        Refused(
            N_("Line {row}: there is no {given} in the catalogue."),
            field=f"lines-{index}-{name}",
            row=index + 1,
            given=code,
        )
        for index, line in enumerate(given)
        for name, code, known in (("product", line.product, products), ("item", line.item, items))
        if code is not None and code not in known
    )
    return [_line(line, products[line.product], items[line.item] if line.item else None) for line in given]


def _line(line: shapes.LineIn, product_id: int, item_id: int | None) -> DocumentLine:
    return DocumentLine(
        product_id=product_id,
        item_id=item_id,
        pieces=line.pieces,
        whole_packs=line.whole_packs,
        chosen=tuple((lot.lot_id, lot.pieces) for lot in line.lots),
        override_reason=line.override_reason,
        asked_pieces=line.asked_pieces,
        lot_number=line.lot,
        expires_on=line.expires_on,
        made_on=line.made_on,
        other_expiry_confirmed=line.other_expiry_confirmed,
        lot_id=line.lot_id,
        damaged=line.damaged,
        missing=line.missing,
        unit_price=line.unit_price,
        acceptance=Acceptance(line.appearance, line.packaging, line.temperature, line.sampled_pieces, line.conclusion),
    )
