"""Uploads that wait for their dry run to be looked at."""

from __future__ import annotations

from uuid import UUID

from zhixuan.modules.directory.models import ImportDraft
from zhixuan.shared.access import Actor, the_one


def draft(actor: Actor, draft_id: UUID) -> ImportDraft:
    """An upload of the actor's own.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    return the_one(ImportDraft.objects.filter(pk=draft_id, uploaded_by=actor.user_id or 0))
