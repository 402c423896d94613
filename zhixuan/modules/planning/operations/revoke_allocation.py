"""Revoke an allocation plan; approved, what has not been sent of its orders is taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.operations._revoking import ToRevoke
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def revoke_allocation(*, plan_id: int, note: str = "", actor: Actor, command_id: UUID, at: datetime) -> int:
    """The plan comes to nothing; what a storekeeper has sent of it stays, and the step names those orders.
    `rework_allocation` makes it the next version. Of a large approved plan: `request_allocation`. Safe to repeat.

    Args:
        note: why; needed once it is approved, when only another person than those who worked on it may.

    Raises:
        Refused: not in this state; one's own plan; no reason; all its orders have been sent.
        Unknown, Forbidden: see permissions.
    """
    return ToRevoke(plan_id, note).write(actor=actor, command_id=command_id, at=at)
