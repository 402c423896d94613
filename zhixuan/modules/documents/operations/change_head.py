"""Change the head of a document, or hand it in again after it was returned."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.documents.operations import _changing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries import drawing
from zhixuan.modules.documents.queries.documents import drawn, lines_of
from zhixuan.modules.stock.queries.places import closed_until
from zhixuan.rules.documents.heads import Head, head_problems
from zhixuan.rules.documents.lines import difference_problems
from zhixuan.rules.documents.states import DocumentKind, Step
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import ledger
from zhixuan.shared.access import Actor


@once
def change_head(
    *,
    document_id: int,
    on: date,
    reference: str,
    note: str,
    head: Head,
    revision: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> DrawnDocument:
    """Write the head anew: day, reference, note, names. To whom it goes stays: draw another document for that.

    Raises:
        Refused: the document cannot be changed now, was changed meanwhile, or what is wrong with the head.
        Unknown, Forbidden: see permissions.
    """
    document, paper = _changing.editable(document_id, actor, at)
    _papers.check_revision(document.revision, revision)
    kind = DocumentKind(document.kind)
    other_id = document.other_facility_id
    raise_all(head_problems(kind, head, facility_id=document.facility_id, other_facility_id=other_id, note=note))
    if (head.origin, head.transfer_id) != (document.origin, document.transfer_id):
        raise Refused(N_("Where the goods come from stays. Cancel this document and draw another."), field="origin")
    if on.year != document.year:
        raise Refused(
            N_("The number of this document is of {year}; the day stays in it."), field="on", year=document.year
        )
    if document.transfer_id is not None:
        drawing.check_arrival_day(document.transfer_id, on)
        raise_all(difference_problems([drawn(row) for row in lines_of(document_id)], note))
    ledger.check_date(on, today=_papers.day_of(at), closed_until=closed_until(paper.places.store_id))

    after = {"on": on, "reference": reference.strip(), "note": note.strip()}
    after |= {name: value.strip() for name, value in asdict(head).items() if name not in {"origin", "transfer_id"}}
    changed = _apply(document, after)
    _papers.move_on(document, Step.CHANGE)
    _papers.forget_head(document)
    document.revision += 1
    _papers.note_step(document, Step.CHANGE, actor=actor, at=at, details={"changed": changed})
    return answer(document)


def _apply(document: Any, after: dict[str, Any]) -> dict[str, list[str]]:
    """Set the fields; what changed, from and to."""
    changed = {}
    for name, value in after.items():
        before = getattr(document, name)
        if before != value:
            changed[name] = [str(before), str(value)]
            setattr(document, name, value)
    return changed
