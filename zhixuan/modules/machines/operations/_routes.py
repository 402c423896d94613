"""What planning a route and changing one have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor

STOPS_MAX = 60


def check_places(actor: Actor, giver_id: int, machine_ids: Iterable[int]) -> None:
    """The actor may load from the store, and refill each of these machines.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    for facility_id in (giver_id, *machine_ids):
        permissions.require(actor, permissions.REFILL, places_of(facility_id))


def problems(name: str, machine_ids: Sequence[int]) -> Iterator[Refused]:
    """Everything that keeps this from being a route."""
    if not name.strip():
        yield Refused(N_("Give the route a name."), field="name")
    if not machine_ids or len(machine_ids) > STOPS_MAX or len(set(machine_ids)) != len(machine_ids):
        yield Refused(N_("Choose from 1 to {most} machines, each one once."), field="machines", most=STOPS_MAX)
    elif Machine.objects.filter(pk__in=machine_ids).count() != len(machine_ids):
        yield Refused(N_("A route leads to vending machines only."), field="machines")
