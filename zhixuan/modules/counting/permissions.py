"""Which role may do which step of a count, where."""

from __future__ import annotations

from functools import cache

from zhixuan.modules.stock import permissions as stock
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.counting.definition import CountingRules, read_rules
from zhixuan.shared import definitions
from zhixuan.shared.access import Actor, Role

RULES_FILE = "counting/rules.toml"

VIEW = stock.VIEW
COUNT = stock.POST_COUNT
"""Who keeps stock counts it, opens sheets and posts them; who approves is said by level in the definitions."""

OPENING_STOCK = stock.ADJUST
APPROVE_ANYWHERE = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})

require = stock.require


@cache
def rules() -> CountingRules:
    """Cycles, tolerances and approvers, from the definitions of the package."""
    return read_rules(definitions.read(RULES_FILE), file=RULES_FILE)


def approvers(level: str) -> frozenset[Role]:
    """The roles that approve counts of facilities at a level."""
    return frozenset(Role(role) for role in rules().level(level).approvers)


def may_approve(actor: Actor, places: FacilityPlaces) -> bool:
    """Whether the actor's role lets them approve here; having counted is another matter (`check_approver`)."""
    return places.lets(actor, approvers(places.level))
