"""Allocation plans for programs: list, show, draw, work out again, send in, approve, revoke.

The same operations as the screens. What takes long of a large plan is asked for: answered 202 with the run to follow.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.api.allocation_runs import AllocationRunOut, asked
from zhixuan.modules.planning.operations.approve_allocation import approve_allocation
from zhixuan.modules.planning.operations.draw_allocation import draw_allocation
from zhixuan.modules.planning.operations.revoke_allocation import revoke_allocation
from zhixuan.modules.planning.operations.rework_allocation import rework_allocation
from zhixuan.modules.planning.operations.take_allocation_step import take_allocation_step
from zhixuan.modules.planning.queries import allocation_changes, allocation_plans, allocation_runs
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine, AllocationPlan
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.rules.planning.allocation_lines import MONTHS_MAX
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.api import REFUSALS, Code, Page, Sentence
from zhixuan.shared.once import Done
from zhixuan.shared.requests import ActorRequest

router = Router()
Verb = AllocationRun.Verb
OPERATIONS: dict[str, Callable[..., Done]] = {
    Verb.REWORK: rework_allocation,
    Verb.APPROVE: approve_allocation,
    Verb.REVOKE: revoke_allocation,
}

STORES_MAX, PRODUCTS_MAX = 200, 500
Months = Annotated[Decimal, Field(ge=0, le=MONTHS_MAX, max_digits=5, decimal_places=2)]


class StepIn(Schema):
    command_id: UUID


class SettingsIn(StepIn):
    """What a planner moves; months left out are as the screens say."""

    horizon_months: Months | None = None
    floor_months: Months | None = None
    area_floor_months: Months = Decimal(0)
    supply_percent: int = 100

    @property
    def settings(self) -> Settings:
        return Settings(
            horizon_months=_exact(self.horizon_months),
            floor_months=_exact(self.floor_months),
            area_floor_months=Fraction(self.area_floor_months),
            supply_percent=self.supply_percent,
        )


class AllocationIn(SettingsIn):
    """Which stores give, of what; no products: all that they have."""

    givers: list[Code] = Field(min_length=1, max_length=STORES_MAX)
    products: list[Code] = Field(default_factory=list, max_length=PRODUCTS_MAX)
    note: Sentence = ""


class AllocationApprovalIn(Schema):
    """`version` and `changes_seen` as `GET` answered them: what the approver has looked at."""

    command_id: UUID
    version: int
    changes_seen: str = Field("", max_length=64)
    note: Sentence = ""


class AllocationRevocationIn(StepIn):
    """`note`, why, is needed once the plan is approved."""

    note: Sentence = ""


class AllocationLineOut(Schema):
    giver: str
    facility: str
    product: str
    need_from: str
    per_month: float | None
    stock: int
    coming: int
    asked: int
    proposed: int
    pieces: int
    why: str
    reason: str
    next_delivery_on: date


class AllocationOut(Schema):
    id: int
    number: str
    area: str
    state: str
    version: int
    supply_percent: int
    worked_out_on: date
    drawn_on: date
    drawn_by: str


class AllocationStepOut(Schema):
    verb: str
    at: datetime
    actor: str
    note: str


class WholeAllocationOut(AllocationOut):
    changes: int
    changes_seen: str
    lines: list[AllocationLineOut]
    steps: list[AllocationStepOut]


class AllocationsOut(Schema):
    total: int
    rows: list[AllocationOut]


class AllocationDoneOut(Schema):
    id: int
    number: str
    repeated: bool


class AllocationsAsked(Page):
    """Which plans: of what state."""

    state: str = ""


ANSWERED: dict[int, Any] = {200: AllocationDoneOut, 201: AllocationDoneOut, **REFUSALS}
DONE_OR_ASKED: dict[int, Any] = {**ANSWERED, 202: AllocationRunOut}
"""202: the worker does it."""


@router.get("/allocations", response={200: AllocationsOut, **REFUSALS})
def allocations(request: ActorRequest, asked: Query[AllocationsAsked]) -> Any:
    """Allocation plans of the areas in sight, latest first."""
    rows = allocation_plans.plans_for(request.actor)
    if asked.state:
        rows = rows.filter(state=asked.state)
    listed = rows[asked.offset : asked.offset + asked.limit]
    return {"total": rows.count(), "rows": [_head(one) for one in listed]}


def _head(one: AllocationPlan) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": allocation_plans.number_of(one),
        "area": one.area.code,
        "state": one.state,
        "version": one.version,
        "supply_percent": one.supply_percent,
        "worked_out_on": one.worked_out_on,
        "drawn_on": one.drawn_on,
        "drawn_by": one.drawn_by_name,
    }


@router.get("/allocations/{int:plan_id}", response={200: WholeAllocationOut, **REFUSALS})
def one_allocation(request: ActorRequest, plan_id: int) -> Any:
    """One plan with its lines and steps; `changes` says how much of the stock is other than it was worked out from."""
    one = allocation_plans.plan(request.actor, plan_id)
    now = allocation_changes.since_worked_out(one, on=timezone.localdate())
    steps = [
        {"verb": step.verb, "at": step.at, "actor": step.actor_name, "note": step.note}
        for step in allocation_plans.steps_of(plan_id)
    ]
    return {
        **_head(one),
        "changes": len(now.lots_changed) + len(now.places_changed),
        "changes_seen": now.mark,
        "lines": [_line(line) for line in allocation_plans.lines_of(plan_id)],
        "steps": steps,
    }


def _line(line: AllocationLine) -> dict[str, Any]:
    return {
        "giver": line.giver.code,
        "facility": line.facility.code,
        "product": line.product.code,
        "need_from": line.source,
        "per_month": float(Fraction(line.per_month)) if line.per_month else None,
        "stock": line.stock,
        "coming": line.coming,
        "asked": line.asked,
        "proposed": line.proposed,
        "pieces": line.pieces,
        "why": line.why,
        "reason": line.reason,
        "next_delivery_on": line.next_on,
    }


@router.post("/allocations/draw", response=DONE_OR_ASKED)
def new_allocation(request: ActorRequest, given: AllocationIn) -> Any:
    """Draw a plan up from the stock of today."""
    said: dict[str, Any] = {
        "giver_ids": [directory.facility_in_sight(request.actor, code).pk for code in given.givers],
        "product_ids": _products(given.products),
        "settings": given.settings,
        "note": given.note,
        "command_id": given.command_id,
    }
    if allocation_runs.is_large(allocation_runs.lines_to_draw(said["giver_ids"], said["product_ids"])):
        return asked(request, Verb.DRAW, **said)
    done = draw_allocation(**said, on=timezone.localdate(), actor=request.actor, at=timezone.now())
    return _answer(request, done)


def _exact(months: Decimal | None) -> Fraction | None:
    return None if months is None else Fraction(months)


def _products(codes: list[str]) -> list[int]:
    known = catalogue.product_ids(codes)
    raise_all(
        Refused(N_("There is no {given} in the catalogue."), field=f"products-{row}", given=code)
        for row, code in enumerate(codes)
        if code not in known
    )
    return [known[code] for code in codes]


@router.post("/allocations/{int:plan_id}/rework", response=DONE_OR_ASKED)
def allocation_rework(request: ActorRequest, plan_id: int, given: SettingsIn) -> Any:
    """Work a plan out again from the stock of today, around what was decided by hand."""
    said = {"settings": given.settings, "command_id": given.command_id}
    return _at_once_or_asked(request, plan_id, Verb.REWORK, on=timezone.localdate(), **said)


@router.post("/allocations/{int:plan_id}/submission", response=ANSWERED)
def allocation_submission(request: ActorRequest, plan_id: int, given: StepIn) -> Any:
    """Send a plan in, for another person to decide on."""
    said: dict[str, Any] = {"actor": request.actor, "command_id": given.command_id, "at": timezone.now()}
    return _answer(request, take_allocation_step(plan_id=plan_id, verb=AllocationVerb.SUBMIT, **said))


@router.post("/allocations/{int:plan_id}/approval", response=DONE_OR_ASKED)
def allocation_approval(request: ActorRequest, plan_id: int, given: AllocationApprovalIn) -> Any:
    """Approve a plan: every place gets its order, the storekeeper the issue documents."""
    return _at_once_or_asked(request, plan_id, Verb.APPROVE, on=timezone.localdate(), **given.model_dump())


@router.post("/allocations/{int:plan_id}/revocation", response=DONE_OR_ASKED)
def allocation_revocation(request: ActorRequest, plan_id: int, given: AllocationRevocationIn) -> Any:
    """Revoke a plan: of an approved one, orders not yet sent are taken back; what has been sent stays."""
    return _at_once_or_asked(request, plan_id, Verb.REVOKE, **given.model_dump())


def _at_once_or_asked(request: ActorRequest, plan_id: int, verb: AllocationRun.Verb, **said: Any) -> Any:
    """Done while the program waits, or, of a large plan, by the worker."""
    if allocation_runs.in_background(verb, allocation_plans.plan(request.actor, plan_id)):
        return asked(request, verb, plan_id=plan_id, **said)
    done = OPERATIONS[verb](plan_id=plan_id, actor=request.actor, at=timezone.now(), **said)
    return _answer(request, done)


def _answer(request: ActorRequest, done: Done) -> Status[dict[str, Any]]:
    number = allocation_plans.number_of(allocation_plans.plan(request.actor, done.id))
    return Status(200 if done.repeated else 201, {"id": done.id, "number": number, "repeated": done.repeated})
