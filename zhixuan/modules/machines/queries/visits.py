"""Refills, counts, routes and faults, as far as a person can see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from zhixuan.modules.machines.models import Fault, Route, Stop, Visit
from zhixuan.modules.machines.queries.machines import machines_for
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.shared.access import Actor, the_one

LETTERS = {Visit.Kind.REFILL: "R", Visit.Kind.COUNT: "C", Visit.Kind.RETURN: "B"}


def number_of(visit: Visit) -> str:
    """YL-A01-R0007: visit 7 of that machine, a refill; C for a count, B for packs brought back."""
    return f"{visit.machine.facility.code}-{LETTERS[Visit.Kind(visit.kind)]}{visit.number:04d}"


def visits_for(actor: Actor) -> QuerySet[Visit]:
    """Refills and counts in sight, latest first, with `loaded` and `taken_out` pieces as far as they stand."""
    return (
        Visit.objects.filter(machine__in=machines_for(actor).values("pk"))
        .select_related("machine__facility", "giver")
        .annotate(
            loaded=Sum("lines__loaded", filter=Q(lines__loaded_undone=False), default=0),
            taken_out=Sum("lines__taken_out", filter=Q(lines__taken_out_undone=False), default=0),
        )
        .order_by("-on", "-at")
    )


def visit(actor: Actor, command_id: UUID) -> Visit:
    """One visit with its machine.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(visits_for(actor).filter(pk=command_id))


def routes_for(actor: Actor) -> QuerySet[Route]:
    """Routes from stores in sight, latest first, with `stop_count` and `done_count`."""
    done = Count("stops", filter=Exists(Visit.objects.filter(stop=OuterRef("stops"))), distinct=True)
    return (
        Route.objects.filter(visible(actor, "giver"))
        .select_related("giver")
        .annotate(stop_count=Count("stops", distinct=True), done_count=done)
        .order_by("-on", "-id")
    )


def route(actor: Actor, route_id: int) -> Route:
    """One route.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(routes_for(actor).filter(pk=route_id))


def stops_of(route_id: int) -> QuerySet[Stop]:
    """Stops in their order, with the machine and its visits."""
    return (
        Stop.objects.filter(route_id=route_id)
        .select_related("machine__facility")
        .prefetch_related("visits")
        .order_by("position")
    )


def stop_of(actor: Actor, stop_id: int, machine_id: int) -> Stop | None:
    """The stop that a refill or count belongs to, when it is in sight."""
    routes = Route.objects.filter(visible(actor, "giver"))
    return (
        Stop.objects.select_related("route__giver").filter(pk=stop_id, machine_id=machine_id, route__in=routes).first()
    )


def faults_for(actor: Actor) -> QuerySet[Fault]:
    """Faults of machines in sight, open ones first, latest first."""
    return (
        Fault.objects.filter(machine__in=machines_for(actor).values("pk"))
        .select_related("machine__facility")
        .order_by("settled_at", "-reported_at", "-id")
    )


def fault(actor: Actor, fault_id: int) -> Fault:
    """One fault.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(faults_for(actor).filter(pk=fault_id))
