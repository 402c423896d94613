"""Lift the stop of a lot."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import LotBlock
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def unblock_lot(*, block_id: int, actor: Actor, at: datetime) -> None:
    """Let a lot be used again; what lies in quarantine stays there until it is released. Repeating changes nothing.

    Raises:
        Forbidden: the actor is not the station officer of the area.
    """
    block = LotBlock.objects.filter(id=block_id).first()
    if block is None:
        return
    if not actor.may(permissions.BLOCK_LOT, area_path=block.area_path):
        raise Forbidden
    audit.record(actor, "unblock_lot", "stock.lotblock", block_id, block.area_path, {"lot": block.number}, at)
    block.delete()
