"""Take a checked document back to change it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations import _papers, _turning
from zhixuan.modules.documents.operations._answers import DrawnDocument, once
from zhixuan.rules.documents.states import Step
from zhixuan.shared.access import Actor


@once
def take_back_document(*, document_id: int, reason: str, actor: Actor, command_id: UUID, at: datetime) -> DrawnDocument:
    """Open a checked document for changes; it must be checked again, all of it. Safe to repeat.

    Raises:
        Refused: it is not checked, or no reason is given.
        Unknown, Forbidden: see permissions.
    """
    document, _places = _papers.locked(document_id, actor, permissions.DRAW)
    _papers.forget_answers(document)
    return _turning.turn(document, Step.TAKE_BACK, reason=reason, actor=actor, at=at)
