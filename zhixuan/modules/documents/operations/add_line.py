"""Add a line to a document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations import _changing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import Step
from zhixuan.shared.access import Actor


@once
def add_line(*, document_id: int, line: DocumentLine, actor: Actor, command_id: UUID, at: datetime) -> DrawnDocument:
    """Put one more line at the end. Safe to repeat.

    Raises:
        Refused: the document cannot be changed now, or what is wrong with the line.
        Unknown, Forbidden: see permissions.
    """
    document, paper = _changing.editable(document_id, actor, at)
    *others, added = _changing.propose_again(document, paper, line, line_id=None, product_ids={line.product_id})

    _papers.move_on(document, Step.CHANGE)
    last = DrawnLine.objects.filter(document_id=document_id).aggregate(last=Max("row"))["last"]
    added.row = (last or 0) + 1
    added.save()
    DrawnLine.objects.bulk_update(others, ["proposal"], batch_size=200)
    document.revision += 1
    _papers.note_step(document, Step.CHANGE, actor=actor, at=at, details={"row": added.row, "added": True})
    return answer(document)
