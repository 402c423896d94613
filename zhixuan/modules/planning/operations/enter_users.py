"""Say how many users are expected at places, as numbers with their source; never who they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhixuan.modules.planning.models import DemandLine
from zhixuan.modules.planning.operations import _plans
from zhixuan.rules.planning import steps
from zhixuan.rules.planning.steps import State
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

USERS_MAX = 10_000_000
SOURCE_MAX = 200


@transaction.atomic
def enter_users(*, plan_id: int, numbers: Mapping[int, int | None], source: str, actor: Actor, at: datetime) -> int:
    """Keep the numbers, all or none; lines that stand on them are proposed anew. Repeating changes nothing.

    Args:
        numbers: users expected by line id; None takes a number back.
        source: where they come from, such as the township's yearly survey of supply.

    Raises:
        Refused: sent in; no source; a product without a standard quantity. Each names its line: `line-7-users`.
        Unknown, Forbidden: see permissions; the plan has no such line.
    """
    plan = _plans.locked(actor, plan_id)
    known = _plans.lines(plan_id, numbers)

    steps.check_editable(State(plan.state))
    raise_all(_wrong(numbers, known, source))
    changed = [line for pk, line in known.items() if (line.users, line.users_source) != _kept(numbers[pk], source)]
    if not changed:
        return 0

    for line in changed:
        line.users, line.users_source = _kept(numbers[line.pk], source)
        line.changed_by = actor.user_id
        _plans.propose_anew(line)
    columns = ["users", "users_source", "changed_by", "proposed", "pieces", "reason"]
    _plans.keep(changed, columns)
    about = {"lines": len(changed), "source": source.strip()[:SOURCE_MAX]}
    audit.record(actor, "enter_users", "planning.demandplan", plan_id, plan.area.path, about, at)
    return len(changed)


def _kept(users: int | None, source: str) -> tuple[int | None, str]:
    return users, "" if users is None else source.strip()[:SOURCE_MAX]


def _wrong(numbers: Mapping[int, int | None], known: Mapping[int, DemandLine], source: str) -> list[Refused]:
    wrong = []
    if not source.strip() and any(users is not None for users in numbers.values()):
        wrong.append(Refused(N_("Say where the numbers of users come from."), field="source", code="source_needed"))
    for pk, users in numbers.items():
        if users is None:
            continue
        if not 0 <= users <= USERS_MAX:
            wrong.append(Refused(N_("A number of users is 0 or more."), field=f"line-{pk}-users", code="users"))
        elif not known[pk].quota:
            wrong.append(
                Refused(
                    N_("This product has no standard quantity for a user-year in the catalogue."),
                    field=f"line-{pk}-users",
                    code="no_quota",
                )
            )
    return wrong
