"""Which role may change the catalogue. It is one for the whole system, so the role counts wherever it is held."""

from __future__ import annotations

from zhixuan.shared.access import Actor, Forbidden, Role

CHANGE_ITEMS = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
REPLACE_PRODUCTS = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
LINK_CODES = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
LOAD_DEFINITIONS = frozenset({Role.ADMINISTRATOR})


def require(actor: Actor, roles: frozenset[Role]) -> None:
    """Let the actor pass, or say no.

    Raises:
        Forbidden: the actor holds none of the roles.
    """
    if not actor.has(roles):
        raise Forbidden
