"""Draw up an allocation plan: who gets what of the lots of some stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.planning.operations import _drawing_up
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def draw_allocation(
    *,
    giver_ids: Sequence[int],
    product_ids: Sequence[int] = (),
    settings: Settings | None = None,
    note: str = "",
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A draft with a line for every place that the stores feed and every product. Safe to repeat.

    For a large one see `request_allocation`.

    Args:
        product_ids: none for all that the stores have.
        on: the day whose stock, use and calendar it starts from.

    Raises:
        Refused: no store, settings that make no sense, nothing to give, or a plan of one of them is open (`plan_id`).
        Unknown, Forbidden: see permissions.
    """
    plan = _drawing_up.prepare(
        giver_ids=giver_ids,
        product_ids=product_ids,
        settings=settings or Settings(),
        note=note,
        on=on,
        actor=actor,
    )
    return plan.write(actor=actor, command_id=command_id, at=at)
