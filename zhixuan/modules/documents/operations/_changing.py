"""What every change of lines needs: an editable document, and lots proposed again for the products it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.queries import drawing
from zhixuan.modules.documents.queries.documents import drawn, number_of
from zhixuan.modules.documents.queries.drawing import Paper
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Step, next_state
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor


def editable(document_id: int, actor: Actor, at: datetime) -> tuple[Document, Paper]:
    """The document under its lock, if it can be changed now.

    Raises:
        Refused: it is checked, posted, closed or cancelled.
        Unknown, Forbidden: see permissions.
    """
    document, places = _papers.locked(document_id, actor, permissions.DRAW)
    next_state(DocumentState(document.state), Step.CHANGE, number=number_of(document))
    return document, _papers.paper_of(document, places, at)


def propose_again(
    document: Document, paper: Paper, changed: DocumentLine | None, *, line_id: int | None, product_ids: Iterable[int]
) -> list[DrawnLine]:
    """Check the changed line together with the lines it shares lots with, and renew their proposals.

    Args:
        changed: the line as it shall be; None when it goes.
        line_id: of the line that changes; None for a new one.

    Returns:
        The other lines with their proposals renewed, not written yet; the changed line's own comes last, unsaved.

    Raises:
        Refused: fields name row 0, the only line the form shows.
    """
    others = list(_neighbours(document, changed, set(product_ids)).exclude(pk=line_id or 0))
    lines = [drawn(row) for row in others]
    if changed is not None:
        lines.append(changed)
    if not lines:
        return []
    try:
        found = drawing.proposals(paper, lines)
    except Refused as refused:
        raise _of_one_line(refused, len(others)) from refused
    renewed = [*others]
    if changed is not None:
        renewed.append(_papers.row_of(document.pk, 0, changed, []))
    for row, proposal in zip(renewed, found, strict=True):
        row.proposal = proposal
    return renewed


def _neighbours(document: Document, changed: DocumentLine | None, product_ids: Collection[int]) -> QuerySet[DrawnLine]:
    rows = DrawnLine.objects.filter(document_id=document.pk).order_by("row")
    if document.kind == DocumentKind.RECEIPT:
        # A delivery's lines speak of the same lot only when item and number are the same.
        if changed is None or document.transfer_id is not None:
            return rows if document.transfer_id is not None else rows.none()
        return rows.filter(item_id=changed.item_id or 0, lot_number=changed.lot_number.strip())
    return rows.filter(product_id__in=product_ids)


def _of_one_line(refused: Refused, index: int) -> Refused:
    """The form shows one line: what is said of it stands beside its fields; what is said of others stands above."""
    reasons = []
    for reason in refused.reasons:
        prefix = f"lines-{index}-"
        reason.field = reason.field.removeprefix(prefix) if reason.field.startswith(prefix) else ""
        reasons.append(reason)
    return Refused.many(reasons)
