"""What became of the documents that something above asked for, such as an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.queries.documents import number_of
from zhixuan.modules.stock.queries import slips
from zhixuan.modules.stock.queries.slips import Moved


@dataclass(frozen=True, slots=True)
class LineDrawn:
    """A line as it stands on the paper."""

    row: int
    product_id: int
    item_id: int | None
    pieces: int
    asked_pieces: int | None


@dataclass(frozen=True, slots=True)
class SourcedDocument:
    """A document drawn for a source, and what became of it.

    Args:
        state: drawn, returned, checked, posted, closed, cancelled.
        event_id: the ledger's slip that it became; None until it is posted.
        reversed: that slip was reversed: nothing of it counts any more.
        drawn: its lines.
        posted: what left or entered by lot; empty until it is posted, and when it was reversed.
        received_event_id: the slip with which the other side took it in; None while it is on its way.
        received: what the other side said, by lot: `reason` "" is accepted, "damaged_on_the_way",
            "missing_on_arrival" are the differences.
    """

    id: int
    number: str
    kind: str
    state: str
    facility_id: int
    other_facility_id: int | None
    on: date
    event_id: int | None
    reversed: bool
    drawn: tuple[LineDrawn, ...]
    posted: tuple[Moved, ...]
    received_event_id: int | None
    received_on: date | None
    received: tuple[Moved, ...]


def documents_of_source(source: str, source_id: str) -> list[SourcedDocument]:
    """The documents drawn for a source, in the order they were drawn. The caller has seen the source."""
    return documents_of_sources(source, [source_id]).get(source_id, [])


def documents_of_sources(source: str, source_ids: list[str]) -> dict[str, list[SourcedDocument]]:
    """The same for many sources of one kind: five queries, however many."""
    found = list(
        Document.objects.filter(source=source, source_id__in=source_ids).select_related("facility").order_by("id")
    )
    lines: dict[int, list[LineDrawn]] = {}
    drawn = DrawnLine.objects.filter(document__in=[one.pk for one in found]).order_by("document_id", "row")
    columns = ("document_id", "row", "product_id", "item_id", "pieces", "asked_pieces")
    for document, row, product, item, pieces, asked in drawn.values_list(*columns):
        lines.setdefault(document, []).append(LineDrawn(row, product, item, pieces, asked))
    outcomes = slips.outcomes(one.event_id for one in found if one.event_id is not None)
    by_source: dict[str, list[SourcedDocument]] = {}
    for one in found:
        outcome = outcomes.get(one.event_id) if one.event_id is not None else None
        by_source.setdefault(one.source_id, []).append(_sourced(one, tuple(lines.get(one.pk, ())), outcome))
    return by_source


def _sourced(document: Document, lines: tuple[LineDrawn, ...], outcome: slips.Outcome | None) -> SourcedDocument:
    is_reversed = outcome is not None and outcome.reversed_by is not None
    stands = outcome is not None and not is_reversed
    return SourcedDocument(
        id=document.pk,
        number=number_of(document),
        kind=document.kind,
        state=document.state,
        facility_id=document.facility_id,
        other_facility_id=document.other_facility_id,
        on=document.on,
        event_id=document.event_id,
        reversed=is_reversed,
        drawn=lines,
        posted=outcome.moved if outcome is not None and stands else (),
        received_event_id=outcome.received_by if outcome is not None and stands else None,
        received_on=outcome.received_on if outcome is not None and stands else None,
        received=outcome.received if outcome is not None and stands else (),
    )
