"""Cancel a document that has not been posted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations import _papers, _turning
from zhixuan.modules.documents.operations._answers import DrawnDocument, once
from zhixuan.rules.documents.states import Step
from zhixuan.shared.access import Actor


@once
def cancel_document(*, document_id: int, reason: str, actor: Actor, command_id: UUID, at: datetime) -> DrawnDocument:
    """Give a document up: it keeps its number and says why. Safe to repeat.

    Raises:
        Refused: it is posted, closed or cancelled already, or no reason is given.
        Unknown, Forbidden: see permissions.
    """
    document, _places = _papers.locked(document_id, actor, permissions.CANCEL)
    return _turning.turn(document, Step.CANCEL, reason=reason, actor=actor, at=at)
