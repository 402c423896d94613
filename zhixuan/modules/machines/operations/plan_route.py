"""Draw up a round: which machines, in which order, from which store, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine, Route, Stop
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering

STOPS_MAX = 60


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
    giver = places_of(giver_id)
    permissions.require(actor, permissions.REFILL, giver)
    for machine_id in machine_ids:
        permissions.require(actor, permissions.REFILL, places_of(machine_id))
    problems = []
    if not name.strip():
        problems.append(Refused(N_("Give the route a name."), field="name"))
    if not machine_ids or len(machine_ids) > STOPS_MAX or len(set(machine_ids)) != len(machine_ids):
        problems.append(
            Refused(N_("Choose from 1 to {most} machines, each one once."), field="machines", most=STOPS_MAX)
        )
    elif Machine.objects.filter(pk__in=machine_ids).count() != len(machine_ids):
        problems.append(Refused(N_("A route leads to vending machines only."), field="machines"))
    raise_all(problems)

    route = Route.objects.create(
        command_id=command_id, name=name.strip()[:80], giver_id=giver_id, who=who.strip()[:80], on=on
    )
    Stop.objects.bulk_create(
        Stop(route=route, machine_id=machine_id, position=position)
        for position, machine_id in enumerate(machine_ids, 1)
    )
    details = {"stops": len(machine_ids)}
    audit.record(actor, "plan_route", "machines.route", route.pk, giver.area_path, details, at)
    return route
