"""What an operation on documents answers, the first time and every time it is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.queries.documents import number_of
from zhixuan.shared.once import once_answering


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """The answer of every operation on a document.

    Args:
        number: as it stands on the paper.
        event_id: the ledger's slip that it became; None until it is posted.
        repeated: the command had been carried out before; nothing was done this time.
    """

    id: int
    number: str
    state: str = "drawn"
    event_id: int | None = None
    repeated: bool = False


def answer(document: Document) -> DrawnDocument:
    """The document as it stands."""
    return DrawnDocument(document.pk, number_of(document), document.state, document.event_id)


def once(operation: Callable[..., DrawnDocument]) -> Callable[..., DrawnDocument]:
    """Make an operation safe to repeat: the same command id with the same content answers the same document."""
    return once_answering(_as_it_stands)(operation)


def _as_it_stands(document_id: int) -> DrawnDocument:
    document = Document.objects.select_related("facility").get(pk=document_id)
    return replace(answer(document), repeated=True)
