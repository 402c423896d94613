"""Answer the seven matches of one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import authors_of, number_of
from zhixuan.modules.documents.queries.documents import line as line_of
from zhixuan.rules.documents import checking
from zhixuan.rules.documents.states import DocumentState, Step, check_checker, next_state
from zhixuan.shared.access import Actor


@once
def check_line(
    *,
    document_id: int,
    line_id: int,
    answers: Mapping[str, str],
    proved: Collection[str] = (),
    remark: str = "",
    revision: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> DrawnDocument:
    """Keep what the checker found at a line: each match ok or not ok. The document stays drawn until all is checked.

    Args:
        answers: match by match; those that are not given stay as they were, if the same person gave them.
        proved: matches that a scanned code has shown.
        revision: of the line that was looked at.

    Raises:
        Refused: not drawn, drawn or changed by the checker, changed meanwhile.
        Unknown, Forbidden: see permissions.
    """
    document, _places = _papers.locked(document_id, actor, permissions.CHECK)
    next_state(DocumentState(document.state), Step.CHECK, number=number_of(document))
    check_checker(_papers.person(actor), authors_of(document), number=number_of(document))
    kept = line_of(document_id, line_id)
    _papers.check_revision(kept.revision, revision)
    given = checking.check_answers(answers)

    mine = (kept.answered_by_id, kept.answered_by_name) == (actor.user_id, actor.name)
    DrawnLine.objects.filter(pk=line_id).update(
        answers=(kept.answers if mine else {}) | given,
        proved=sorted({*(kept.proved if mine else ()), *proved}),
        remark=remark.strip()[:200],
        answered_by_id=actor.user_id,
        answered_by_name=actor.name,
    )
    return answer(document)
