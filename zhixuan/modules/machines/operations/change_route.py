"""Change a round that is not over: its machines, their order, its day, who goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Route, Stop
from zhixuan.modules.machines.operations import _routes
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import once_answering
from zhixuan.shared.ui.naming import LocalizedName


@once_answering(lambda route_id: Route.objects.get(pk=route_id))
def change_route(
    *,
    route_id: int,
    name: str,
    giver_id: int,
    machine_ids: Sequence[int],
    who: str,
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Route:
    """Make the route like this. A stop that was visited stays on it, wherever it stands. Safe to repeat.

    Raises:
        Refused: the route is over, a visited machine is left out, no name, no machine, one twice, too many.
        Unknown, Forbidden: see permissions, for both stores and every machine that is new on the route.
    """
    route = the_one(Route.objects.select_for_update(of=("self",)).filter(pk=route_id))
    permissions.require(actor, permissions.REFILL, places_of(route.giver_id))
    if route.finished_at is not None:
        raise Refused(N_("The route is finished: plan another one."), code="finished")
    stops = route.stops.select_related("machine__facility").prefetch_related("visits")
    there = {stop.machine_id: stop for stop in stops}
    _routes.check_places(actor, giver_id, set(machine_ids) - there.keys())
    raise_all([*_routes.problems(name, machine_ids), *_visited_left_out(there.values(), machine_ids)])

    before = [stop.machine_id for stop in sorted(there.values(), key=lambda stop: stop.position)]
    route.name, route.giver_id, route.who, route.on = name.strip()[:80], giver_id, who.strip()[:80], on
    route.save()
    route.stops.exclude(machine_id__in=machine_ids).delete()
    _put_in_order(route, there, machine_ids)
    details = {"from": before, "to": list(machine_ids)}
    audit.record(actor, "change_route", "machines.route", route_id, places_of(giver_id).area_path, details, at)
    return route


def _visited_left_out(stops: Iterable[Stop], machine_ids: Sequence[int]) -> Iterator[Refused]:
    for stop in stops:
        if stop.machine_id not in machine_ids and stop.visits.all():
            facility = stop.machine.facility
            yield Refused(
                N_("{machine} was visited on this route already: it stays on it."),
                field=f"position_{stop.machine_id}",
                code="visited",
                machine=LocalizedName(facility.name_zh, facility.name_en),
            )


def _put_in_order(route: Route, there: Mapping[int, Stop], machine_ids: Sequence[int]) -> None:
    kept, new = [], []
    for position, machine_id in enumerate(machine_ids, 1):
        stop = there.get(machine_id)
        if stop is None:
            new.append(Stop(route=route, machine_id=machine_id, position=position))
        elif stop.position != position:
            stop.position = position
            kept.append(stop)
    Stop.objects.bulk_update(kept, ["position"])
    Stop.objects.bulk_create(new)
