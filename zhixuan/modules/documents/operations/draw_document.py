"""Draw a document: a goods-receipt note, an issue slip or a return slip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations import _drawing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.operations._drawing import Sheet
from zhixuan.modules.documents.queries import drawing, transfers
from zhixuan.modules.stock.queries import reach
from zhixuan.modules.stock.queries.places import FacilityPlaces, closed_until, places_of
from zhixuan.rules.documents.heads import Head, head_problems
from zhixuan.rules.documents.lines import DocumentLine, Origin
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import raise_all
from zhixuan.rules.stock import ledger
from zhixuan.shared.access import Actor

__all__ = ["DocumentKind", "DocumentLine", "DrawnDocument", "Head", "draw_document"]


@once
def draw_document(
    *,
    kind: DocumentKind,
    facility_id: int,
    other_facility_id: int | None,
    lines: Sequence[DocumentLine],
    on: date,
    reference: str = "",
    note: str = "",
    source: str = "",
    source_id: str = "",
    head: Head | None = None,
    lines_follow: bool = False,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> DrawnDocument:
    """Draw a paper with the next number of its facility, kind and year. Nothing moves yet. Safe to repeat.

    Lots of what goes out are proposed by first expiry first out; they are not reserved, and picked again
    when it is sent.

    Args:
        facility_id: the store that receives, issues or sends back.
        other_facility_id: to whom it goes; for a receipt from whom, or None for a supplier.
        source, source_id: what asked for it, such as an order, for `queries.sources.documents_of_source`.
        lines_follow: there may be no line yet: they come from a table (`add_table`), or one by one.
        head: the rest of the paper's head; a goods-receipt note without one is of a purchase.

    Raises:
        Refused: everything that is wrong with head and lines, at once.
        Unknown, Forbidden: see permissions.
    """
    kind = DocumentKind(kind)
    head = head or Head(origin=Origin.PURCHASE.value if kind is DocumentKind.RECEIPT else "")
    places = places_of(facility_id)
    permissions.require(actor, permissions.DRAW, places)
    problems = head_problems(kind, head, facility_id=facility_id, other_facility_id=other_facility_id, note=note)
    raise_all(problems)
    other = _other_side(kind, head, places, other_facility_id, actor)
    ledger.check_date(on, today=_papers.day_of(at), closed_until=closed_until(places.store_id))
    paper = drawing.Paper(kind, places, other, on, _papers.day_of(at), head, note)
    proposals = [] if lines_follow and not lines and not paper.from_transfer else drawing.proposals(paper, lines)

    sheet = Sheet(paper, lines, proposals, reference, source, source_id)
    (document,) = _drawing.write([sheet], actor=actor, at=at)
    return answer(document)


def _other_side(
    kind: DocumentKind, head: Head, places: FacilityPlaces, other_facility_id: int | None, actor: Actor
) -> FacilityPlaces | None:
    """The facility that gives or gets, in reach of whoever draws."""
    if kind is DocumentKind.RECEIPT:
        if head.transfer_id is None:
            return None
        return places_of(transfers.sender_of(head.transfer_id, places))
    other = places_of(other_facility_id)
    reach.check_reachable(actor, places, other)
    return other
