"""Say how much money an area has for a year's contraceptives, and who says so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import PlanBudget
from zhixuan.rules.periods import FIRST_YEAR, LAST_YEAR
from zhixuan.rules.planning import cost
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def enter_budget(
    *, area_id: int, year: int, cents: int, source: str, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """Add a budget; an earlier one of the same year stays on record, the newest counts. Safe to repeat.

    Raises:
        Refused: no amount, no source, no such year.
        Unknown, Forbidden: see permissions.
    """
    area = directory.area(actor, area_id)
    permissions.require_prices(actor, area.path)

    wrong = cost.objections(cents, source)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        wrong.append(Refused(N_("Type the year with four figures."), field="year", code="year"))
    raise_all(wrong)

    made = PlanBudget.objects.create(
        area_id=area.pk,
        year=year,
        cents=cents,
        source=source.strip()[: cost.SOURCE_MAX],
        entered_at=at,
        entered_by=actor.user_id,
        entered_by_name=actor.name[:150],
    )
    audit.record(actor, "enter_budget", "planning.planbudget", made.pk, area.path, {"year": year, "cents": cents}, at)
    return made.pk
