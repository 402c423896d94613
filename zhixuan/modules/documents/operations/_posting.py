"""A document becomes a slip of the ledger, once: whoever presses, however often, in however many windows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer
from zhixuan.modules.documents.queries.documents import number_of
from zhixuan.modules.stock.queries import flow
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Step, check_ready
from zhixuan.rules.stock.flow import Checked
from zhixuan.shared.access import Actor

NAMESPACE = UUID("5f0f4a52-6c8e-5d3b-9a35-0b1f4d0c1e77")


def command_of(document: Document) -> UUID:
    """The ledger's command id of a document: always the same one."""
    return uuid5(NAMESPACE, f"document:{document.pk}")


def ready(document_id: int, actor: Actor, at: datetime) -> tuple[Document, FacilityPlaces, bool]:
    """The document under its lock; True when it has been posted before, and nothing is to be done.

    Raises:
        Refused: not checked where two people are needed, returned, cancelled.
        Unknown, Forbidden: see permissions.
    """
    document, places = _papers.locked(document_id, actor, permissions.POST)
    if document.event_id is not None:
        return document, places, True
    two = flow.two_needed(places, DocumentKind(document.kind), on=_papers.day_of(at))
    check_ready(DocumentState(document.state), two_needed=two, number=number_of(document))
    _papers.move_on(document, Step.POST)
    return document, places, False


def seen(document: Document) -> Checked:
    """Who drew and who checked it, for the ledger."""
    return Checked(
        number_of(document),
        document.drawn_by_name,
        document.drawn_by_id,
        document.checked_by_name,
        document.checked_by_id,
    )


def note_posting(
    document: Document, receipt: Receipt, *, actor: Actor, at: datetime, details: dict[str, object]
) -> DrawnDocument:
    """The document names the slip it became."""
    document.event_id = receipt.event_id
    document.posted_by_name, document.posted_at = actor.name, at
    _papers.note_step(document, Step.POST, actor=actor, at=at, details={"slip": receipt.slip, **details})
    return answer(document)
