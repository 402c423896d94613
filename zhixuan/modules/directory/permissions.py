"""Which role may do which verb with areas and facilities, where."""

from __future__ import annotations

from django.db.models import Q

from zhixuan.rules.directory.areas import ancestors
from zhixuan.shared.access import ALL_ROLES, Actor, Forbidden, Role, Unknown

VIEW = ALL_ROLES
CHANGE_AREAS = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
CHANGE_FACILITIES = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
IMPORT_TABLES = CHANGE_AREAS & CHANGE_FACILITIES


def require(actor: Actor, roles: frozenset[Role], *, area_path: str, facility_id: int | None = None) -> None:
    """Let the actor pass, or say no.

    Raises:
        Unknown: the area or facility is out of the actor's sight.
        Forbidden: it is in sight, but this verb is not the actor's there.
    """
    if actor.may(roles, area_path=area_path, facility_id=facility_id):
        return
    if actor.may(VIEW, area_path=area_path, facility_id=facility_id):
        raise Forbidden
    raise Unknown


def may_add_root(actor: Actor) -> bool:
    """A tree is begun by an administrator of the whole, or of another whole tree."""
    return any(
        grant.role is Role.ADMINISTRATOR
        and grant.facility_id is None
        and (grant.area_path == "/" or len(ancestors(grant.area_path)) == 1)
        for grant in actor.grants
    )


def within(actor: Actor, roles: frozenset[Role], *, path: str, facility: str | None) -> Q:
    """Condition on rows with an area path, and perhaps a facility, that the actor may reach with one of the roles."""
    scope = actor.scope(roles)
    condition = Q(pk__in=[])
    for area_path in scope.area_paths:
        condition |= Q(**{f"{path}__startswith": area_path})
    if facility is not None and scope.facility_ids:
        condition |= Q(**{f"{facility}__in": list(scope.facility_ids)})
    return condition
