"""Close a recall."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality.models import Recall
from zhixuan.modules.quality.operations._recalls import locked
from zhixuan.modules.stock.operations.unblock_lot import unblock_lot
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def close_recall(*, recall_id: int, lift: bool, note: str, actor: Actor, at: datetime) -> Recall:
    """Close a recall: the lot stays blocked for good, or the stop is lifted and what is held waits for inspection.

    Raises:
        Refused: closed already, or nothing said why.
        Unknown, Forbidden: only the station officer of the area.
    """
    recall = locked(recall_id, actor)
    if not note.strip():
        raise Refused(N_("Say how it ended."), field="note", code="note_needed")

    recall.closed_at, recall.closed_by_name, recall.closing_note = at, actor.name[:150], note.strip()
    if lift and recall.block_id is not None:
        unblock_lot(block_id=recall.block_id, actor=actor, at=at)
        recall.block_id = None
    recall.save()
    audit.record(actor, "close_recall", "quality.recall", recall.pk, recall.area_path, {"lifted": lift}, at)
    return recall
