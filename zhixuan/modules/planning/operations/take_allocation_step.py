"""Send an allocation plan in, or return it with a word."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_checks
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

PLAIN = frozenset({AllocationVerb.SUBMIT, AllocationVerb.RETURN})


@once
def take_allocation_step(
    *, plan_id: int, verb: AllocationVerb, note: str = "", actor: Actor, command_id: UUID, at: datetime
) -> int:
    """Take one step; `approve_allocation` and `revoke_allocation` are others. Sent in, the
    quantities are kept with it. Safe to repeat.

    Raises:
        Refused: not in this state; one's own plan; nothing said about a return; more given than the stores have.
        Unknown, Forbidden: see permissions.
    """
    if verb not in PLAIN:
        raise ValueError(f"{verb} has an operation of its own")
    plan = _allocations.locked(actor, plan_id)
    worked = plans.worked_on(actor, plan)
    allocation_steps.check(verb, AllocationState(plan.state), worked_on_it=worked, note=note)
    details = {}
    if verb is AllocationVerb.SUBMIT:
        lines = plans.every_line(plan_id)
        allocation_checks.check_covered(lines, plans.there(plans.lots_of(plan_id)))
        if not any(line.pieces for line in lines):
            raise Refused(N_("Nobody gets anything by this plan. Enter quantities, or revoke it."), code="no_lines")
        details = {"pieces": {str(line.pk): line.pieces for line in lines}}

    _allocations.take(plan, verb, note=note, details=details, actor=actor, at=at)
    return plan_id
