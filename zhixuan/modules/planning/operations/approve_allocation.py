"""Approve an allocation plan: every place gets an order with its lots, and an issue document for the storekeeper."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _allocations, _approving
from zhixuan.modules.planning.operations._approving import Seen
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def approve_allocation(
    *,
    plan_id: int,
    version: int,
    changes_seen: str = "",
    note: str = "",
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """All places or none, in one transaction, with the lots that are there now. Safe to repeat. For a large one see
    `request_allocation`.

    Args:
        version: of the plan, as the approver has seen it.
        changes_seen: the mark of what changed in the stores and places since (`queries/allocation_changes`), as seen.

    Raises:
        Refused: not in this state; one's own plan; the plan or the stock is other than was seen; too little there now.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    ready = _approving.prepare(plan, Seen(version, changes_seen, note, on), actor)
    return ready.write(actor=actor, command_id=command_id, at=at)
