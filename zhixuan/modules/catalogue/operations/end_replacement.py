from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Replacement
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def end_replacement(*, replacement_id: int, actor: Actor, at: datetime) -> Replacement:
    """A replacement was a mistake: both products stand apart again, and it stays on record.

    Raises:
        Unknown: there is none, or it was ended already.
        Forbidden: the actor may not change the catalogue.
    """
    permissions.require(actor, permissions.REPLACE_PRODUCTS)
    found = queries.replacement(replacement_id)

    if Replacement.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at, ended_by_name=actor.name[:150]):
        told = {"newer": found.newer.code, "from": found.holds_from.isoformat()}
        audit.record(actor, "end_replacement", "catalogue.product", found.older_id, "", told, at)
    return found
