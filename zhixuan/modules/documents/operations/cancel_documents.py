"""Cancel the documents of a plan that came to nothing, as far as nobody has posted them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations import _papers
from zhixuan.rules.documents.states import OPEN, Step
from zhixuan.shared.access import Actor


@transaction.atomic
def cancel_documents(*, source: str, source_ids: Collection[str], reason: str, actor: Actor, at: datetime) -> list[int]:
    """Give up all that are open of what these sources asked for, in few statements however many; a storekeeper who
    posted or cancelled one at this moment was quicker. No command id: repeating changes nothing.

    Args:
        source, source_ids: kind and ids of what asked for them, as `documents_of_sources`.

    Returns:
        Ids of those given up.

    Raises:
        Refused: no reason.
        Unknown, Forbidden: see permissions.
    """
    documents = _papers.locked_of_sources(source, source_ids, actor, permissions.CANCEL)
    found = [one for one in documents if one.state in OPEN]

    for document in found:
        _papers.move_on(document, Step.CANCEL, reason)
    ids = [document.pk for document in found]
    if found:
        Document.objects.filter(pk__in=ids).update(state=found[0].state, reason=reason.strip())
        _papers.note_steps([(one, {}) for one in found], Step.CANCEL, actor=actor, at=at, reason=reason)
    return ids
