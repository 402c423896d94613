"""Facilities, as far as a person can see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Facility
from zhixuan.shared.access import ALL_ROLES, Actor, Role, the_one


def facilities_for(actor: Actor, roles: frozenset[Role] = ALL_ROLES) -> QuerySet[Facility]:
    """Facilities where the actor holds one of the roles: the one door to facilities for screens and API."""
    condition = permissions.within(actor, roles, path="area_path", facility="pk")
    return Facility.objects.filter(condition).select_related("area")


def facility(actor: Actor, facility_id: int) -> Facility:
    """One facility in the actor's sight.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(facilities_for(actor).select_related("supplied_by").filter(pk=facility_id))


def facility_in_sight(actor: Actor, code: str) -> Facility:
    """One facility in the actor's sight, by its code.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(facilities_for(actor).select_related("supplied_by").filter(code=code))


def facility_by_code(code: str) -> Facility | None:
    """Any facility, whoever asks: for imports and set-up, which check permission themselves."""
    return Facility.objects.filter(code=code).first()


def facilities_by_code(codes: Iterable[str]) -> dict[str, Facility]:
    """Facilities by code, whoever asks: for imports and set-up."""
    return {found.code: found for found in Facility.objects.filter(code__in=list(codes))}


def all_facilities() -> QuerySet[Facility]:
    """Every facility, whoever asks: for checks, imports and set-up; never for screens."""
    return Facility.objects.select_related("area")


def open_on(day: date) -> Q:
    """Condition: facilities that are open on that day."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


def facility_kinds() -> list[tuple[str, str | Promise]]:
    """Codes and names of the kinds of facilities."""
    return list(Facility.Kind.choices)
