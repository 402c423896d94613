"""Machines, as far as a person can see them, and what their page without sign-in tells everybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines.models import Limit, Machine, Slot
from zhixuan.modules.machines.permissions import VIEW
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.shared.access import Actor, Role, the_one

KIND = "vending_machine"


def machines_for(actor: Actor, roles: frozenset[Role] = VIEW) -> QuerySet[Machine]:
    """Machines where the actor holds one of the roles, in the order of areas."""
    facilities = directory.facilities_for(actor, roles).values("pk")
    return (
        Machine.objects.filter(visible(actor, "facility"), facility__in=facilities)
        .select_related("facility__area", "facility__supplied_by", "limit")
        .order_by("facility__area_path", "facility__code")
    )


def open_machines(actor: Actor, today: date) -> QuerySet[Machine]:
    """Those whose facility is open today."""
    return machines_for(actor).filter(facility__in=directory.all_facilities().filter(directory.open_on(today)))


def machine(actor: Actor, facility_id: int) -> Machine:
    """One machine in the actor's sight.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(machines_for(actor).filter(pk=facility_id))


def machine_by_code(actor: Actor, code: str) -> Machine:
    """The same, by the code of its facility."""
    return the_one(machines_for(actor).filter(facility__code=code))


def public_machine(code: str, today: date) -> Machine:
    """A machine for everybody: only open ones have a page.

    Raises:
        Unknown: there is no open machine of that code.
    """
    open_ones = directory.all_facilities().filter(directory.open_on(today), code=code, kind=KIND)
    return the_one(Machine.objects.select_related("facility__area").filter(facility__in=open_ones))


def slots_of(machine_ids: Iterable[int]) -> QuerySet[Slot]:
    """Slots as they are now, with item and product, in the order of their numbers."""
    return (
        Slot.objects.filter(machine_id__in=list(machine_ids), until=None)
        .select_related("item__product", "machine__facility")
        .order_by("machine_id", "number")
    )


def slots_ever(machine_ids: Iterable[int]) -> QuerySet[Slot]:
    """Slots as they are and were, earliest first."""
    return Slot.objects.filter(machine_id__in=list(machine_ids)).select_related("item").order_by("since", "id")


def limits_for(actor: Actor) -> QuerySet[Limit]:
    """Limits of areas in sight with `machine_count`, those in force first."""
    return (
        Limit.objects.filter(area__in=directory.areas_for(actor).values("pk"))
        .select_related("area")
        .annotate(machine_count=Count("machines"))
        .order_by("ended_at", "name_zh")
    )


def limit(actor: Actor, limit_id: int) -> Limit:
    """One limit in sight.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(limits_for(actor).filter(pk=limit_id))
