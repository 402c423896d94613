"""A round is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Route
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one


@transaction.atomic
def finish_route(*, route_id: int, actor: Actor, at: datetime) -> Route:
    """Note that the round is over; repeating changes nothing.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    route = the_one(Route.objects.select_for_update().filter(pk=route_id))
    giver = places_of(route.giver_id)
    permissions.require(actor, permissions.REFILL, giver)
    if route.finished_at is None:
        route.finished_at = at
        route.save(update_fields=["finished_at"])
        audit.record(actor, "finish_route", "machines.route", route_id, giver.area_path, {}, at)
    return route
