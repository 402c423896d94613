"""Work an allocation plan out again: from the stock of today, with other settings, around what the planner decided."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _allocations, _reworking
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def rework_allocation(
    *, plan_id: int, settings: Settings | None = None, on: date, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """The same stores and products as of today. Quantities and bounds that the planner set stay; a revoked plan becomes
    a draft again, its next version, where they stay only for places that have been sent nothing. Safe to repeat.
    For a large one see `request_allocation`.

    Args:
        settings: as they are when left out.

    Raises:
        Refused: not open for changes; another plan of a store is open (`open_plan`); settings that make no
            sense; what was decided is more than there is now.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    return _reworking.prepare(plan, settings, on).write(actor=actor, command_id=command_id, at=at)
