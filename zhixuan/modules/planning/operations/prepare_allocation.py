"""Work out what a person has asked for on a large allocation plan: reads and computes, and writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from zhixuan.modules.planning.operations import _approving, _drawing_up, _revoking, _reworking
from zhixuan.modules.planning.operations._asked import seen_from, settings_from
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.rules.planning.sharing_out import Report
from zhixuan.shared.access import Actor

Verb = AllocationRun.Verb


class Ready(Protocol):
    """What was worked out; the last part of the operation writes it, for which others wait only then."""

    def write(self, *, actor: Actor, command_id: UUID, at: datetime) -> int:
        """The plan's id."""


def prepare_allocation(*, run: AllocationRun, report: Report, actor: Actor) -> Ready:
    """Made again it is the same, or what it has become meanwhile; `carry_out_allocation` checks once more and writes.

    Args:
        report: told how far it is; may raise to stop it.

    Raises:
        Refused: as the operation for small plans.
        Unknown, Forbidden: see permissions.
    """
    if run.verb == Verb.DRAW:
        return _drawing_up.prepare(**_to_draw(run.said), on=run.on, actor=actor, report=report)
    plan = plans.plan(actor, run.plan_id or 0)
    if run.verb == Verb.REWORK:
        return _reworking.prepare(plan, settings_from(run.said["settings"]), run.on, report)
    if run.verb == Verb.REVOKE:
        return _revoking.prepare(plan, run.said["note"], actor)
    return _approving.prepare(plan, seen_from(run.said, run.on), actor)


def _to_draw(said: dict[str, Any]) -> dict[str, Any]:
    given = {name: said[name] for name in ("giver_ids", "product_ids", "note")}
    return given | {"settings": settings_from(said["settings"])}
