"""Revoking an allocation plan: what is checked, and what is then written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhixuan.modules.orders.operations.withdraw_orders import withdraw_orders
from zhixuan.modules.planning.models import AllocationPlan
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class ToRevoke:
    """A plan that comes to nothing, and why."""

    plan_id: int
    note: str

    def write(self, *, actor: Actor, command_id: UUID, at: datetime) -> int:
        """The plan's id; belongs into a transaction, as the last part of an operation.

        Raises:
            Refused: as `check`; all its orders have been sent.
            Unknown, Forbidden: see permissions.
        """
        plan = _allocations.locked(actor, self.plan_id)
        check(plan, self.note, actor)
        orders = plans.orders_of(plan.pk) if plan.state == AllocationState.APPROVED else []
        details = {}
        if orders:
            sent = withdraw_orders(order_ids=orders, reason=self.note[:500], actor=actor, at=at)
            allocation_steps.check_not_all_sent(len(orders), len(sent))
            details = {"orders": orders, "sent": sorted(sent)}
        _allocations.take(plan, AllocationVerb.REVOKE, note=self.note, details=details, actor=actor, at=at)
        return plan.pk


def check(plan: AllocationPlan, note: str, actor: Actor) -> None:
    """The person may revoke it now.

    Raises:
        Refused: not in this state; one's own plan, or no reason, once it is approved.
    """
    worked = plans.worked_on(actor, plan)
    allocation_steps.check(AllocationVerb.REVOKE, AllocationState(plan.state), worked_on_it=worked, note=note)


def prepare(plan: AllocationPlan, note: str, actor: Actor) -> ToRevoke:
    """Check; nothing is written.

    Raises:
        Refused: as `check`.
    """
    check(plan, note, actor)
    return ToRevoke(plan.pk, note)
