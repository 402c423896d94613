"""Revoke an allocation plan; approved, what has not been sent of its orders is taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from zhixuan.modules.orders.operations.withdraw_order import withdraw_order
from zhixuan.modules.orders.queries import progress
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def revoke_allocation(*, plan_id: int, note: str = "", actor: Actor, command_id: UUID, at: datetime) -> int:
    """The plan comes to nothing; what a storekeeper has sent of it stays, and the step names those orders.
    `rework_allocation` makes it the next version. Safe to repeat.

    Args:
        note: why; needed once it is approved, when only another person than those who worked on it may.

    Raises:
        Refused: not in this state; one's own plan; no reason; all its orders have been sent.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    state = AllocationState(plan.state)
    worked = plans.worked_on(actor, plan)
    allocation_steps.check(AllocationVerb.REVOKE, state, worked_on_it=worked, note=note)
    orders = plans.orders_of(plan_id) if state is AllocationState.APPROVED else []

    for order_id in orders:
        own_id = uuid5(command_id, f"order {order_id}")
        withdraw_order(order_id=order_id, reason=note[:500], actor=actor, command_id=own_id, at=at)
    sent = [one for one, lines in progress.progress_of(orders).items() if any(line.sent for line in lines.values())]
    allocation_steps.check_not_all_sent(len(orders), len(sent))
    details = {"orders": orders, "sent": sorted(sent)} if orders else {}
    _allocations.take(plan, AllocationVerb.REVOKE, note=note, details=details, actor=actor, at=at)
    return plan_id
