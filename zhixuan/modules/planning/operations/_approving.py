"""Approving an allocation plan: what is read and checked, which may take long, and what is then written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from zhixuan.modules.orders.operations.push_orders import ForPlace, Pushed, push_orders
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan
from zhixuan.modules.planning.operations import _allocations
from zhixuan.modules.planning.queries import allocation_changes, allocation_checks
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import allocation_steps
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.planning.place_facts import LotThere
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor

Route = tuple[int, int]
"""(giver, place)"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the approver has looked at: the version, and the mark of what changed in stores and places since."""

    version: int
    changes: str
    note: str
    on: date


@dataclass(frozen=True, slots=True)
class ToApprove:
    """What each place gets, with its lots, of a plan that was found fit to be approved."""

    plan_id: int
    seen: Seen
    called: str
    parcels: Sequence[ForPlace]

    def write(self, *, actor: Actor, command_id: UUID, at: datetime) -> int:
        """The plan's id; belongs into a transaction, as the last part of an operation.

        Raises:
            Refused: it is not as it was seen any more; or what the orders refuse.
        """
        plan = _allocations.locked(actor, self.plan_id)
        check(plan, self.seen, actor)
        own_id = uuid5(command_id, "orders")
        said = {"called": self.called, "on": self.seen.on, "actor": actor, "at": at}
        pushed = push_orders(parcels=self.parcels, command_id=own_id, **said)
        details = {"orders": list(pushed.orders)}
        _allocations.take(plan, AllocationVerb.APPROVE, note=self.seen.note, details=details, actor=actor, at=at)
        return plan.pk


def check_step(plan: AllocationPlan, seen: Seen, actor: Actor) -> None:
    """The person may approve this version now.

    Raises:
        Refused: not in this state; one's own plan; the plan is other than was seen.
    """
    worked = plans.worked_on(actor, plan)
    allocation_steps.check(AllocationVerb.APPROVE, AllocationState(plan.state), worked_on_it=worked, note=seen.note)
    if plan.version != seen.version:
        raise Refused(N_("The plan was changed while you looked at it. Look at it again."), code="changed")


def check(plan: AllocationPlan, seen: Seen, actor: Actor) -> Sequence[LotThere]:
    """The same, and the stock is as it was seen; answers the lots that are there now.

    Raises:
        Refused: as `check_step`; stock is other than was seen.
    """
    check_step(plan, seen, actor)
    now = allocation_changes.since_worked_out(plan, on=seen.on)
    if now.mark != seen.changes:
        raise Refused(
            N_("Stock has changed since this plan was worked out. Look at the changes, then decide."),
            code="stock_changed",
        )
    return now.lots


def prepare(plan: AllocationPlan, seen: Seen, actor: Actor) -> ToApprove:
    """Read and check; nothing is written.

    Raises:
        Refused: as `check`; too little there now.
    """
    there = check(plan, seen, actor)
    lines = [line for line in plans.every_line(plan.pk) if line.pieces]
    lots = allocation_checks.check_covered(lines, there)
    called = plans.number_of(plan)
    routes: dict[Route, list[Pushed]] = defaultdict(list)
    for line, chosen in zip(lines, lots, strict=True):
        routes[line.giver_id, line.facility_id].append(_pushed(line, chosen, called))
    parcels = [
        ForPlace(giver, place, pushed) for (giver, place), pushed in sorted(routes.items(), key=lambda one: one[0])
    ]
    return ToApprove(plan.pk, seen, called, parcels)


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
            **({"level": line.terms["level"]} if "level" in line.terms else {}),
        },
        reason=line.reason,
        chosen=tuple(chosen),
        override_reason=f"{called} 分配计划 allocation plan",
    )
