"""Draw up a round: which machines, in which order, from which store, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.machines.models import Route, Stop
from zhixuan.modules.machines.operations import _routes
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering


@once_answering(lambda made_id: Route.objects.get(pk=made_id))
def plan_route(
    *,
    name: str,
    giver_id: int,
    machine_ids: Sequence[int],
    who: str,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Route:
    """Keep a route. Safe to repeat.

    Raises:
        Refused: no name, no machine, one twice, too many.
        Unknown, Forbidden: see permissions, for the store and every machine.
    """
    _routes.check_places(actor, giver_id, machine_ids)
    raise_all(_routes.problems(name, machine_ids))

    route = Route.objects.create(
        command_id=command_id, name=name.strip()[:80], giver_id=giver_id, who=who.strip()[:80], on=on
    )
    Stop.objects.bulk_create(
        Stop(route=route, machine_id=machine_id, position=position)
        for position, machine_id in enumerate(machine_ids, 1)
    )
    details = {"stops": len(machine_ids)}
    audit.record(actor, "plan_route", "machines.route", route.pk, places_of(giver_id).area_path, details, at)
    return route
