"""Plan other quantities than the system proposes, with their reasons; the proposals stay beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import DemandLine
from zhixuan.modules.planning.operations import _plans
from zhixuan.rules.planning import lines, steps
from zhixuan.rules.planning.steps import State
from zhixuan.rules.refusal import Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

AUDITED_MAX = 200
REASON_MAX = 300


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is planned instead, in pieces, and why."""

    line_id: int
    pieces: int
    reason: str = ""


@transaction.atomic
def change_demand_lines(*, plan_id: int, changes: Sequence[LineChange], actor: Actor, at: datetime) -> int:
    """All of them or none; no command id: repeating changes nothing. Answers how many lines changed.

    Raises:
        Refused: the plan has been sent in; no whole packs; a reason is missing. Each names its line: `line-7-pieces`.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _plans.locked(actor, plan_id)
    known = _plans.lines(plan_id, [one.line_id for one in changes])

    steps.check_editable(State(plan.state))
    raise_all(reason for one in changes for reason in _wrong(one, known[one.line_id]))
    changed = [(known[one.line_id], one) for one in changes if _differs(one, known[one.line_id])]
    if not changed:
        return 0

    details = [[line.pk, line.pieces, one.pieces] for line, one in changed[:AUDITED_MAX]]
    for line, one in changed:
        line.pieces, line.reason, line.changed_by = one.pieces, _said(one, line), actor.user_id
    _plans.keep([line for line, _one in changed], ["pieces", "reason", "changed_by"])
    about = {"lines": len(changed), "from_to": details}
    audit.record(actor, "change_demand_lines", "planning.demandplan", plan_id, plan.area.path, about, at)
    return len(changed)


def _wrong(change: LineChange, line: DemandLine) -> list[Refused]:
    """Everything that is wrong with one line, each naming its cell."""
    try:
        lines.check_change(change.pieces, change.reason, proposed=line.proposed, pack=line.pieces_per_pack)
    except Refused as refused:
        for reason in refused.reasons:
            reason.field = f"line-{line.pk}-{reason.field}"
        return list(refused.reasons)
    return []


def _said(change: LineChange, line: DemandLine) -> str:
    return change.reason.strip()[:REASON_MAX] if change.pieces != line.proposed else ""


def _differs(change: LineChange, line: DemandLine) -> bool:
    return (line.pieces, line.reason) != (change.pieces, _said(change, line))
