"""Who draws yearly plans up, and who decides on them."""

from __future__ import annotations

from django.db.models import Q

from zhixuan.modules.stock.permissions import VIEW
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

VIEW_PLANS = VIEW
PLAN = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
"""For an area; that whoever draws a plan up does not approve it is a rule of its steps."""
ENTER_PRICES = frozenset({Role.STATION_OFFICER})

CHOOSE_SERVICE = frozenset({Role.STATION_OFFICER})


def require_prices(actor: Actor, area_path: str) -> None:
    """Let the actor enter prices and budgets of an area, or say no; as `require_plan`."""
    require_plan(actor, area_path, ENTER_PRICES)


def require_plan(actor: Actor, area_path: str, roles: frozenset[Role] = PLAN) -> None:
    """Let the actor pass, or say no.

    Raises:
        Unknown: the area is not in sight.
        Forbidden: in sight, and not the actor's to do.
    """
    if actor.may(roles, area_path=area_path):
        return
    if not actor.may(VIEW_PLANS, area_path=area_path):
        raise Unknown
    raise Forbidden


def areas_in_sight(actor: Actor, path: str, roles: frozenset[Role] = VIEW_PLANS) -> Q:
    """Condition on rows that lead to an area's path by that name: only areas where the actor has one of these roles."""
    condition = Q(pk__in=[])
    for one in actor.scope(roles).area_paths:
        condition |= Q(**{f"{path}__startswith": one})
    return condition


def is_above(actor: Actor, area_path: str) -> bool:
    """Whether the actor answers, as an officer, for the level above an area."""
    above = area_path.rstrip("/").rpartition("/")[0] + "/"
    return actor.may(PLAN, area_path=above)
