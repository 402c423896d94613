"""Draw up a distribution: what each place gets of each product."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import NumberSeries, Plan, PlanLine
from zhixuan.modules.orders.operations import _numbers
from zhixuan.modules.orders.queries import plans
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def draw_plan(*, giver_id: int, note: str = "", on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Propose shares by norm and by what there is, for every place that the store feeds. Safe to repeat.

    Raises:
        Refused: nobody is fed from here, nothing is there to distribute, or a draft is open already (`plan_id`).
        Unknown, Forbidden: see permissions.
    """
    giver = directory.facility(actor, giver_id)
    permissions.require(actor, permissions.DISTRIBUTE, (giver.area_path, giver.pk))
    number = _numbers.next_number(giver.pk, NumberSeries.Series.PLAN, on.year)
    _check_none_open(giver_id)
    cells = plans.proposed(giver, today=on)
    if not cells:
        raise Refused(
            N_("There is nothing to distribute: the store is empty, or it feeds no place."),
            field="giver",
            code="nothing",
        )

    plan = Plan.objects.create(
        giver=giver,
        year=on.year,
        number=number,
        state=Plan.State.DRAWN,
        note=note.strip(),
        drawn_on=on,
        drawn_at=at,
        drawn_by=actor.user_id,
        drawn_by_name=actor.name[:150],
    )
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan,
            facility=cell.facility,
            product_id=cell.product_id,
            proposed=cell.share.pieces,
            pieces=cell.share.pieces,
            why=cell.share.why,
            terms=cell.terms | {"needed": cell.share.needed},
        )
        for cell in cells
    )
    audit.record(actor, "draw_plan", "orders.plan", plan.pk, giver.area_path, {"cells": len(cells)}, at)
    return plan.pk


def _check_none_open(giver_id: int) -> None:
    draft = Plan.objects.select_related("giver").filter(giver=giver_id, state=Plan.State.DRAWN).first()
    if draft is not None:
        raise Refused(
            N_("Distribution {number} of this store is open already. Go on with it, or withdraw it."),
            code="open_plan",
            number=plans.plan_number(draft),
            plan_id=draft.pk,
        )
