"""Close a document whose goods are where they should be."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _papers, _turning
from zhixuan.modules.documents.operations._answers import DrawnDocument, once
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.documents.states import DocumentKind, Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@once
def close_document(
    *, document_id: int, reason: str = "", actor: Actor, command_id: UUID, at: datetime
) -> DrawnDocument:
    """Lay a posted document away: what was sent has been received, or its slip was reversed. Safe to repeat.

    Args:
        reason: needed when the other side received less than was sent: how the difference was settled.

    Raises:
        Refused: not posted, still on its way, or a difference without a word.
        Unknown, Forbidden: see permissions.
    """
    document, _places = _papers.locked(document_id, actor, permissions.CLOSE)
    if document.event_id is not None:
        _check_settled(document, slips.outcomes([document.event_id])[document.event_id], reason)
    return _turning.turn(document, Step.CLOSE, reason=reason, actor=actor, at=at)


def _check_settled(document: Document, outcome: slips.Outcome, reason: str) -> None:
    if document.kind == DocumentKind.RECEIPT or outcome.reversed_by is not None:
        return
    if outcome.received_by is None:
        raise Refused(N_("The other side has not received it yet. Close it when they have."), code="on_its_way")
    if any(moved.reason for moved in outcome.received) and not reason.strip():
        raise Refused(
            N_("The other side received less than was sent. Say how the difference was settled."),
            field="reason",
            code="reason_needed",
        )
