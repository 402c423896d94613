"""Writing papers that were looked at: heads with their numbers, lines, the first step of the history of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.queries.drawing import Paper, Proposal
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentState, Step
from zhixuan.shared import numbers, writing
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper as it is written: its lines with the lots that were proposed, and what asked for it."""

    paper: Paper
    lines: Sequence[DocumentLine]
    proposals: Sequence[Proposal]
    reference: str = ""
    source: str = ""
    source_id: str = ""


def write(sheets: Sequence[Sheet], *, actor: Actor, at: datetime) -> list[Document]:
    """Papers of one kind, facility and year, with numbers that follow each other; at least one."""
    like = sheets[0].paper
    place = like.places.facility_id
    drawn = numbers.next_numbers(f"documents.{like.kind.value}", {place: len(sheets)}, like.on.year)[place]
    documents = Document.objects.bulk_create(
        [_head(sheet, number, actor, at) for sheet, number in zip(sheets, drawn, strict=True)]
    )
    facility = documents[0].facility
    for document in documents:
        document.facility = facility
    pairs = list(zip(sheets, documents, strict=True))
    writing.insert([row for sheet, document in pairs for row in _rows(sheet, document)])
    told = [(document, {"lines": len(sheet.lines)}) for sheet, document in pairs]
    _papers.note_steps(told, Step.DRAW, actor=actor, at=at)
    return documents


def _rows(sheet: Sheet, document: Document) -> list[DrawnLine]:
    pairs = zip(sheet.lines, sheet.proposals, strict=True)
    return [_papers.row_of(document.pk, row, line, proposal) for row, (line, proposal) in enumerate(pairs, 1)]


def _head(sheet: Sheet, number: int, actor: Actor, at: datetime) -> Document:
    paper, head = sheet.paper, sheet.paper.head
    return Document(
        kind=paper.kind.value,
        facility_id=paper.places.facility_id,
        other_facility_id=paper.other.facility_id if paper.other else None,
        year=paper.on.year,
        number=number,
        state=DocumentState.DRAWN.value,
        on=paper.on,
        origin=head.origin,
        supplier=head.supplier.strip(),
        reference=sheet.reference.strip(),
        transport=head.transport.strip(),
        note=paper.note.strip(),
        keeper=head.keeper.strip(),
        acceptor=head.acceptor.strip(),
        supervisor=head.supervisor.strip(),
        source=sheet.source,
        source_id=sheet.source_id,
        transfer_id=head.transfer_id,
        drawn_by_id=actor.user_id,
        drawn_by_name=actor.name,
        drawn_at=at,
    )
