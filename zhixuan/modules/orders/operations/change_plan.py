"""Change cells of a distribution."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhixuan.modules.orders.models import PlanLine
from zhixuan.modules.orders.operations import _plans
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def change_plan(*, plan_id: int, cells: Mapping[int, int], on: date, actor: Actor, at: datetime) -> int:
    """Set the pieces of cells, by cell id. No command id: the same again changes nothing.

    Returns:
        How many cells are other than before.

    Raises:
        Refused: more of a product than there is, an opened pack, a plan that is no draft any more.
        Unknown, Forbidden: see permissions.
    """
    plan = _plans.locked(actor, plan_id)
    raise_all(
        Refused(N_("Enter how many pieces, zero or more."), field=f"cell-{cell}")
        for cell, pieces in cells.items()
        if not 0 <= pieces <= PIECES_MAX
    )
    lines = list(PlanLine.objects.filter(plan=plan))
    changes: dict[str, Any] = {}
    changed = []
    for line in lines:
        pieces = cells.get(line.pk, line.pieces)
        if pieces != line.pieces:
            changes[str(line.pk)] = [line.pieces, pieces]
            line.pieces = pieces
            changed.append(line)
    touched = {line.product_id for line in changed}
    _plans.check_available(plan, [line for line in lines if line.product_id in touched], on=on)

    PlanLine.objects.bulk_update(changed, ["pieces"], batch_size=500)
    if changes:
        audit.record(actor, "change_plan", "orders.plan", plan.pk, plan.giver.area_path, {"cells": changes}, at)
    return len(changes)
