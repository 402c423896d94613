"""Choose by which way the need of lines stands: by use, by users, by forecast, or half each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.operations import _plans
from zhixuan.modules.planning.queries import plans
from zhixuan.rules.planning import needs, steps
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.steps import State
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

REASON_MAX = 300


@transaction.atomic
def choose_needs(
    *, plan_id: int, method: Method, reason: str, line_ids: Collection[int] | None, actor: Actor, at: datetime
) -> int:
    """Let the need stand that way, and propose anew; quantities changed by hand stay. Repeating changes nothing.

    Args:
        line_ids: these lines; None: all of the plan that this way can tell, the others stay as they are.

    Returns:
        How many lines stand that way now.

    Raises:
        Refused: sent in; no line can be told this way; the reason is missing.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _plans.locked(actor, plan_id)
    known = list(_plans.lines(plan_id, line_ids).values()) if line_ids is not None else list(plans.bare_lines(plan_id))

    steps.check_editable(State(plan.state))
    if line_ids is None:
        known = [line for line in known if needs.needs(plans.basis_of(line))[method] is not None]
    if not known:
        raise Refused(N_("No line of this plan has the figure that this way stands on."), field="method")
    for line in known:
        needs.check_method(method, plans.basis_of(line), reason)

    for line in known:
        line.method, line.method_reason, line.changed_by = method, reason.strip()[:REASON_MAX], actor.user_id
        _plans.propose_anew(line)
    columns = ["method", "method_reason", "changed_by", "proposed", "pieces", "reason"]
    _plans.keep(known, columns)
    about = {"lines": len(known), "method": method.value, "reason": reason.strip()[:REASON_MAX]}
    audit.record(actor, "choose_needs", "planning.demandplan", plan_id, plan.area.path, about, at)
    return len(known)
