"""Steps that only turn the state, with a reason."""

from __future__ import annotations

from datetime import datetime

from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer
from zhixuan.rules.documents.states import Step
from zhixuan.shared.access import Actor


def turn(document: Document, step: Step, *, reason: str, actor: Actor, at: datetime) -> DrawnDocument:
    """Take the step and keep why.

    Raises:
        Refused: not in its state, or no reason.
    """
    _papers.move_on(document, step, reason)
    document.reason = reason.strip()
    _papers.note_step(document, step, actor=actor, at=at, reason=reason)
    return answer(document)
