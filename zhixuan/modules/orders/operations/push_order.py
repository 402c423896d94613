"""Send goods to a place by a plan that stands above orders: an order agreed to already, and its issue document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.operations import _push
from zhixuan.modules.orders.operations._push import Pushed
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import once

__all__ = ["Pushed", "push_order"]


@once
def push_order(
    *,
    giver_id: int,
    place_id: int,
    lines: Sequence[Pushed],
    called: str,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """What a place gets, all lines or none. Safe to repeat.

    Args:
        called: the number of the plan, kept with the order.

    Raises:
        Refused: nothing to send, or what the issue document refuses: too little there, lots that may not go.
        Unknown, Forbidden: see permissions.
    """
    giver = directory.facility(actor, giver_id)
    permissions.require(actor, permissions.DISTRIBUTE, (giver.area_path, giver.pk))
    place = the_one(directory.all_facilities().filter(pk=place_id))
    if not lines:
        raise Refused(N_("Nobody gets anything by this plan. Enter quantities, or withdraw it."), code="no_lines")
    order = _push.push(giver, place, lines, called=called[:300], on=on, actor=actor, command_id=command_id, at=at)
    return order.pk
