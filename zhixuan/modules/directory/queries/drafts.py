"""Uploads that wait for their dry run to be looked at."""

from __future__ import annotations

from uuid import UUID

from zhixuan.modules.directory.models import ImportDraft
from zhixuan.shared.access import Actor, Unknown


def draft(actor: Actor, draft_id: UUID) -> ImportDraft:
    """An upload of the actor's own.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    found = None
    if actor.user_id is not None:
        found = ImportDraft.objects.filter(pk=draft_id, uploaded_by=actor.user_id).first()
    if found is None:
        raise Unknown
    return found
