"""What the steps of a recall load before they decide."""

from __future__ import annotations

from zhixuan.modules.quality.models import Recall
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Forbidden, Unknown


def locked(recall_id: int, actor: Actor) -> Recall:
    """An open recall, locked until the transaction ends.

    Raises:
        Refused: it is closed.
        Unknown, Forbidden: only the station officer of its area.
    """
    recall = Recall.objects.select_for_update().filter(pk=recall_id).first()
    if recall is None or not queries.recalls_for(actor).filter(pk=recall_id).exists():
        raise Unknown
    if not queries.may_run(actor, recall):
        raise Forbidden
    if recall.closed_at is not None:
        raise Refused(N_("The recall is closed."), code="closed")
    return recall
