"""Remind the facilities that have not answered a recall."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality.models import Recall
from zhixuan.modules.quality.operations._recalls import locked
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def remind_recall(*, recall_id: int, actor: Actor, at: datetime) -> Recall:
    """Note the reminder: it stands on the notice and at the top of the desk of everyone who has to answer.

    Raises:
        Refused: the recall is closed.
        Unknown, Forbidden: only the station officer of the area.
    """
    recall = locked(recall_id, actor)

    recall.reminded_at = at
    recall.save(update_fields=["reminded_at"])
    details = {"waiting": queries.waiting_for(recall)}
    audit.record(actor, "remind_recall", "quality.recall", recall.pk, recall.area_path, details, at)
    return recall
