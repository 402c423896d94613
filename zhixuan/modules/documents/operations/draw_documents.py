"""Draw the issue slips of a store for many places at once, as an order or a plan that stands above it agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _drawing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer
from zhixuan.modules.documents.operations._drawing import Sheet
from zhixuan.modules.documents.queries import drawing
from zhixuan.modules.stock.queries import reach
from zhixuan.modules.stock.queries.places import closed_until, places_of, places_of_all
from zhixuan.rules.documents.heads import Head, head_problems
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import raise_all
from zhixuan.rules.stock import ledger
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering

SLIPS_AT_ONCE = 200
"""So many are looked at, then written: between two statements of a long list no server loses patience."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What one place is issued, and what asked for it, as with `draw_document`."""

    to_facility_id: int
    lines: Sequence[DocumentLine]
    reference: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class DrawnDocuments:
    """The slips in the order they were asked for; `id` is that of the first."""

    id: int
    documents: Sequence[DrawnDocument]


def _as_they_stand(first_id: int) -> DrawnDocuments:
    """Their numbers follow each other, and they were drawn in the same moment."""
    first = Document.objects.get(pk=first_id)
    series = {"facility": first.facility_id, "kind": first.kind, "year": first.year, "number__gte": first.number}
    drawn = Document.objects.filter(**series, drawn_at=first.drawn_at).select_related("facility").order_by("number")
    return DrawnDocuments(first_id, [answer(document) for document in drawn])


@once_answering(_as_they_stand)
def draw_documents(
    *, facility_id: int, slips: Sequence[Slip], source: str, on: date, actor: Actor, command_id: UUID, at: datetime
) -> DrawnDocuments:
    """One slip a place, all or none, with numbers that follow each other. Nothing moves yet. Safe to repeat.

    What is checked and proposed is what `draw_document` checks and proposes for each of them.

    Args:
        slips: at least one.

    Raises:
        Refused: everything that is wrong with the first slip that cannot be drawn.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.DRAW, places)
    others = places_of_all([slip.to_facility_id for slip in slips])
    today = _papers.day_of(at)

    for slip, other in zip(slips, others, strict=True):
        ends = {"facility_id": facility_id, "other_facility_id": slip.to_facility_id}
        raise_all(head_problems(DocumentKind.ISSUE, Head(), **ends, note=""))
        reach.check_reachable(actor, places, other)
    ledger.check_date(on, today=today, closed_until=closed_until(places.store_id))
    papers = [drawing.Paper(DocumentKind.ISSUE, places, other, on, today, Head()) for other in others]

    documents: list[DrawnDocument] = []
    for start in range(0, len(slips), SLIPS_AT_ONCE):
        some, of_them = slips[start : start + SLIPS_AT_ONCE], papers[start : start + SLIPS_AT_ONCE]
        proposals = drawing.proposals_of_issues(of_them, [slip.lines for slip in some])
        sheets = [
            Sheet(paper, slip.lines, proposed, slip.reference, source, slip.source_id)
            for paper, slip, proposed in zip(of_them, some, proposals, strict=True)
        ]
        documents += [answer(document) for document in _drawing.write(sheets, actor=actor, at=at)]
    return DrawnDocuments(documents[0].id, documents)
