"""Documents and their lines, as far as they are in sight."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from zhixuan.modules.documents.models import Document, DocumentStep, DrawnLine
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.documents.lines import Acceptance, DocumentLine
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Person, Step, document_number
from zhixuan.shared.access import Actor, the_one

OUT = frozenset({DocumentState.POSTED, DocumentState.CLOSED})


def documents_for(actor: Actor) -> QuerySet[Document]:
    """Documents of the facilities in sight, and those sent to them: a draft of another store is its own affair."""
    sent_here = visible(actor, "other_facility") & Q(state__in=OUT)
    return Document.objects.filter(visible(actor, "facility") | sent_here).select_related(
        "facility", "other_facility", "event__place__facility", "transfer__place__facility"
    )


def document(actor: Actor, document_id: int) -> Document:
    """One document with its facilities and its event.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(documents_for(actor).filter(pk=document_id))


def number_of(document: Document) -> str:
    """T01-CK2026-00012; the facility is read with the document."""
    return document_number(document.facility.code, DocumentKind(document.kind), document.year, document.number)


def lines_of(document_id: int) -> QuerySet[DrawnLine]:
    """Lines in order, with product, item and lot."""
    return (
        DrawnLine.objects.filter(document_id=document_id)
        .select_related("product", "item__product", "lot__item__product")
        .order_by("row")
    )


def line(document_id: int, line_id: int) -> DrawnLine:
    """One line of a document that the caller has seen.

    Raises:
        Unknown: there is none.
    """
    return the_one(lines_of(document_id).filter(pk=line_id))


def steps_of(document_id: int) -> QuerySet[DocumentStep]:
    """History, oldest first."""
    return DocumentStep.objects.filter(document_id=document_id).order_by("id")


def authors_of(document: Document) -> list[Person]:
    """Whoever drew the document or changed it since: none of them checks it."""
    changed = DocumentStep.objects.filter(document_id=document.pk, step__in=[Step.DRAW, Step.CHANGE])
    people = changed.values_list("actor_id", "actor_name").distinct().order_by()
    return [Person(document.drawn_by_id, document.drawn_by_name), *(Person(*one) for one in people)]


def drawn(row: DrawnLine) -> DocumentLine:
    """The line as the rules know it."""
    return DocumentLine(
        product_id=row.product_id,
        item_id=row.item_id,
        pieces=row.pieces,
        whole_packs=row.whole_packs,
        chosen=tuple((lot_id, pieces) for lot_id, pieces in row.chosen),
        override_reason=row.override_reason,
        asked_pieces=row.asked_pieces,
        lot_number=row.lot_number,
        expires_on=row.expires_on,
        made_on=row.made_on,
        other_expiry_confirmed=row.other_expiry_confirmed,
        lot_id=row.lot_id,
        damaged=row.damaged,
        missing=row.missing,
        unit_price=row.unit_price,
        acceptance=Acceptance(row.appearance, row.packaging, row.temperature, row.sampled_pieces, row.conclusion),
    )


def of_event(event_id: int) -> Document | None:
    """The document that became this slip of the ledger; the caller has seen the slip."""
    return Document.objects.select_related("facility").filter(event_id=event_id).first()


def latest_first(rows: QuerySet[Document]) -> QuerySet[Document]:
    return rows.order_by(F("on").desc(), F("id").desc())
