"""End a check: two checks and seven matches, all answered; what is not ok sends the document back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations import _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import authors_of, number_of
from zhixuan.rules.documents import checking
from zhixuan.rules.documents.states import DocumentState, Step, check_checker, next_state
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@once
def check_document(
    *,
    document_id: int,
    head: Mapping[str, str],
    lines: Mapping[int, Mapping[str, str]] | None = None,
    reason: str = "",
    revision: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> DrawnDocument:
    """Judge what was answered: checked when all is ok, returned for correction with the reason when not.

    Args:
        head: answers to the two checks.
        lines: answers by row, for programs that send them all at once; people answer line by line (`check_line`).
        reason: needed when something is not ok.
        revision: of the document that was looked at.

    Raises:
        Refused: something is not answered, no reason, drawn by the checker, changed meanwhile, not drawn.
        Unknown, Forbidden: see permissions.
    """
    document, _places = _papers.locked(document_id, actor, permissions.CHECK)
    number = number_of(document)
    next_state(DocumentState(document.state), Step.CHECK, number=number)
    check_checker(_papers.person(actor), authors_of(document), number=number)
    _papers.check_revision(document.revision, revision)
    if not DrawnLine.objects.filter(document_id=document_id).exists():
        raise Refused(N_("Document {number} has no lines yet. Add them first."), code="no_lines", number=number)
    if lines:
        _keep(document, lines, actor)
    verdict = checking.judge(head, _answers(document, actor))
    if not verdict.passed and not reason.strip():
        raise Refused(N_("Say what is not right, so that it can be corrected."), field="reason", code="reason_needed")

    document.head_answers = {check.value: head[check.value] for check in checking.Check}
    details = {"not_ok": {str(row): names for row, names in verdict.not_ok.items()}, "head": verdict.head_not_ok}
    step = Step.CHECK if verdict.passed else Step.SEND_BACK
    _papers.move_on(document, step, reason)
    if verdict.passed:
        document.checked_by_id, document.checked_by_name, document.checked_at = actor.user_id, actor.name, at
        document.reason = ""
    else:
        document.reason = reason.strip()
    _papers.note_step(document, step, actor=actor, at=at, reason=reason, details=details)
    return answer(document)


def _answers(document: Document, actor: Actor) -> dict[int, dict[str, str]]:
    """What this person answered, by row; what somebody else began counts as open."""
    return {
        row: answers if (by_id, by_name) == (actor.user_id, actor.name) else {}
        for row, answers, by_id, by_name in DrawnLine.objects.filter(document_id=document.pk).values_list(
            "row", "answers", "answered_by_id", "answered_by_name"
        )
    }


def _keep(document: Document, lines: Mapping[int, Mapping[str, str]], actor: Actor) -> None:
    rows = list(DrawnLine.objects.filter(document_id=document.pk, row__in=list(lines)))
    for row in rows:
        row.answers = checking.check_answers(lines[row.row])
        row.proved = []
        row.answered_by_id, row.answered_by_name = actor.user_id, actor.name
    DrawnLine.objects.bulk_update(rows, ["answers", "proved", "answered_by_id", "answered_by_name"], batch_size=200)
