"""Approve an allocation plan: every place gets an order with its lots, and an issue document for the storekeeper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from zhixuan.modules.orders.operations.push_orders import ForPlace, Pushed, push_orders
from zhixuan.modules.planning.models import AllocationLine
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_changes, allocation_checks
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

Route = tuple[int, int]
"""(giver, place)"""


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
    """All places or none, in one transaction, with the lots that are there now. Safe to repeat.

    Args:
        version: of the plan, as the approver has seen it.
        changes_seen: the mark of what changed in the stores and places since (`queries/allocation_changes`), as seen.

    Raises:
        Refused: not in this state; one's own plan; the plan or the stock is other than was seen; too little there now.
        Unknown, Forbidden: see permissions.
    """
    plan = _allocations.locked(actor, plan_id)
    worked = plans.worked_on(actor, plan)
    allocation_steps.check(AllocationVerb.APPROVE, AllocationState(plan.state), worked_on_it=worked, note=note)
    if plan.version != version:
        raise Refused(N_("The plan was changed while you looked at it. Look at it again."), code="changed")
    now = allocation_changes.since_worked_out(plan, on=on)
    if now.mark != changes_seen:
        raise Refused(
            N_("Stock has changed since this plan was worked out. Look at the changes, then decide."),
            code="stock_changed",
        )
    lines = [line for line in plans.every_line(plan_id) if line.pieces]
    lots = allocation_checks.check_covered(lines, now.lots)

    called = plans.number_of(plan)
    parcels = [
        ForPlace(giver, place, [_pushed(line, chosen, called) for line, chosen in rows])
        for (giver, place), rows in sorted(_by_route(lines, lots).items())
    ]
    own_id = uuid5(command_id, "orders")
    pushed = push_orders(parcels=parcels, called=called, on=on, actor=actor, command_id=own_id, at=at)
    _allocations.take(
        plan, AllocationVerb.APPROVE, note=note, details={"orders": list(pushed.orders)}, actor=actor, at=at
    )
    return plan_id


def _by_route(
    lines: Sequence[AllocationLine], lots: Sequence[Sequence[tuple[int, int]]]
) -> dict[Route, list[tuple[AllocationLine, Sequence[tuple[int, int]]]]]:
    routes: dict[Route, list[tuple[AllocationLine, Sequence[tuple[int, int]]]]] = defaultdict(list)
    for line, chosen in zip(lines, lots, strict=True):
        routes[line.giver_id, line.facility_id].append((line, chosen))
    return routes


def _pushed(line: AllocationLine, chosen: Sequence[tuple[int, int]], called: str) -> Pushed:
    return Pushed(
        product_id=line.product_id,
        pieces=line.pieces,
        proposed=line.proposed,
        terms={
            "per_month": line.per_month or None,
            "norm_months": line.norm_months,
            "on_hand": line.stock,
            "in_transit": line.coming,
            "asked": 0,
            "pieces_per_pack": line.pieces_per_pack,
        },
        reason=line.reason,
        chosen=tuple(chosen),
        override_reason=f"{called} 分配计划 allocation plan",
    )
