"""Change one line of a document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations import _changing, _papers
from zhixuan.modules.documents.operations._answers import DrawnDocument, answer, once
from zhixuan.modules.documents.queries.documents import drawn
from zhixuan.modules.documents.queries.documents import line as line_of
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import Step
from zhixuan.shared.access import Actor


@once
def change_line(
    *,
    document_id: int,
    line_id: int,
    line: DocumentLine,
    revision: int | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> DrawnDocument:
    """Write a line anew; it is to be checked again. Only the lots of its product are proposed again. Safe to repeat.

    Args:
        revision: of the line when the form was opened; somebody else's change meanwhile is then not overwritten.

    Raises:
        Refused: the document cannot be changed now, the line was changed meanwhile, or what is wrong with it.
        Unknown, Forbidden: see permissions.
    """
    document, paper = _changing.editable(document_id, actor, at)
    kept = line_of(document_id, line_id)
    _papers.check_revision(kept.revision, revision)
    before = drawn(kept)
    products = {before.product_id, line.product_id}
    *others, renewed = _changing.propose_again(document, paper, line, line_id=line_id, product_ids=products)

    _papers.move_on(document, Step.CHANGE)
    values = _papers.values_of(line, renewed.proposal) | _papers.UNCHECKED
    DrawnLine.objects.filter(pk=line_id).update(**values, revision=kept.revision + 1)
    DrawnLine.objects.bulk_update(others, ["proposal"], batch_size=200)
    document.revision += 1
    details = {"row": kept.row, "changed": differences(before, line)}
    _papers.note_step(document, Step.CHANGE, actor=actor, at=at, details=details)
    return answer(document)


def differences(before: DocumentLine, after: DocumentLine) -> dict[str, list[Any]]:
    """What changed, from and to, as values that can be kept."""
    was, now = _flat(before), _flat(after)
    return {name: [was[name], now[name]] for name in was if was[name] != now[name]}


def _flat(line: DocumentLine) -> dict[str, Any]:
    values = asdict(line)
    values |= values.pop("acceptance")
    values["chosen"] = [list(one) for one in line.chosen]
    return {name: value if isinstance(value, int | list | None) else str(value) for name, value in values.items()}
