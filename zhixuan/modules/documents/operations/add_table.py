"""Add the lines of a table to a document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations import _changing, _papers
from zhixuan.modules.documents.queries import tables
from zhixuan.modules.documents.queries.documents import drawn
from zhixuan.rules.documents.states import Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor

PURPOSE = "documents.lines"


@transaction.atomic
def add_table(*, upload_id: UUID, actor: Actor, at: datetime) -> int:
    """Put every line of the file at the end of its document, or none. Safe to repeat: a file is applied once, and rows
    that the document has already are left out.

    Returns:
        The id of the document.

    Raises:
        Refused: everything that is wrong with the file, at once; the document cannot be changed now, or takes in what
            was sent, whose lines are the lots of the transfer.
        Unknown, Forbidden: see permissions; the upload is somebody else's.
    """
    upload = uploads.lock(actor, upload_id, PURPOSE)
    document_id = int(upload.subject)
    if upload.applied_at is not None:
        return document_id
    document, paper = _changing.editable(document_id, actor, at)
    if document.transfer_id is not None:
        raise Refused(N_("The lines of this note are the lots that were sent; no table can add to them."))
    rows = list(DrawnLine.objects.filter(document_id=document_id).order_by("row"))
    there = [drawn(row) for row in rows]
    plan = tables.read(paper, there, uploads.tables_of(upload, titles=tables.ALL_TITLES))

    if plan.mistakes:
        raise Refused.many(plan.mistakes)
    added = [line for _row, line in plan.lines]

    if added:
        _papers.move_on(document, Step.CHANGE)
        first = 1 + max((row.row for row in rows), default=0)
        new = zip(added, plan.proposals[len(rows) :], strict=True)
        DrawnLine.objects.bulk_create(
            [_papers.row_of(document_id, row, line, proposal) for row, (line, proposal) in enumerate(new, first)],
            batch_size=200,
        )
        for row, proposal in zip(rows, plan.proposals, strict=False):
            row.proposal = proposal
        DrawnLine.objects.bulk_update(rows, ["proposal"], batch_size=200)
        document.revision += 1
        details = {"table": upload.file_name, "lines": len(added), "first": first}
        _papers.note_step(document, Step.CHANGE, actor=actor, at=at, details=details)
    uploads.finish(upload, {"added": len(added), "known": len(plan.known)}, at)
    return document_id
