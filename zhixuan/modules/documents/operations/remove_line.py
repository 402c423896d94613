"""Take a line off a document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations import _changing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import line as line_of
from zhixuan.rules.documents.states import Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@once
def remove_line(*, document_id: int, line_id: int, actor: Actor, command_id: UUID, at: datetime) -> DrawnDocument:
    """Remove one line; the others keep their row numbers, so that a line is called the same until the end.

    Raises:
        Refused: the document cannot be changed now, or it is its last line.
        Unknown, Forbidden: see permissions.
    """
    document, paper = _changing.editable(document_id, actor, at)
    kept = line_of(document_id, line_id)
    if DrawnLine.objects.filter(document_id=document_id).count() == 1:
        raise Refused(N_("A document needs a line. Change this one, or cancel the document."), code="last_line")
    others = _changing.propose_again(document, paper, None, line_id=line_id, product_ids={kept.product_id})

    _papers.move_on(document, Step.CHANGE)
    DrawnLine.objects.filter(pk=line_id).delete()
    DrawnLine.objects.bulk_update(others, ["proposal"], batch_size=200)
    document.revision += 1
    details = {"row": kept.row, "removed": True, "pieces": kept.pieces, "product": kept.product_id}
    _papers.note_step(document, Step.CHANGE, actor=actor, at=at, details=details)
    return answer(document)
