"""Which role may do which verb with orders, at which of the two ends."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.modules.stock.permissions import KEEP, RECEIVE_TRANSFER, VIEW
from zhixuan.rules.orders.differences import CaseSide
from zhixuan.rules.orders.steps import Side
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

ASK = KEEP | {Role.CLINICIAN, Role.INSTITUTION_LIAISON}
ANSWER = KEEP
"""At the supplier. Who asked never answers (rules/orders/steps.py), whatever the role."""
DISTRIBUTE = frozenset({Role.STOREKEEPER, Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
OVERSEE = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
COUNT = RECEIVE_TRANSFER

Place = tuple[str, int]
"""(area path, facility id)"""


def holds(actor: Actor, roles: frozenset[Role], place: Place) -> bool:
    return actor.may(roles, area_path=place[0], facility_id=place[1])


def _oversees(actor: Actor, one: Place, other: Place) -> bool:
    """An officer over both ends, by area: not for one facility only."""
    return all(actor.may(OVERSEE, area_path=path) for path, _facility in (one, other))


def sides_of(actor: Actor, *, asker: Place, supplier: Place) -> frozenset[Side]:
    """For which sides of an order the actor may act."""
    found = set()
    if holds(actor, ASK, asker):
        found.add(Side.ASKER)
    if holds(actor, ANSWER, supplier):
        found.add(Side.ANSWERER)
    if _oversees(actor, asker, supplier):
        found.add(Side.ABOVE)
    return frozenset(found)


def case_sides_of(actor: Actor, *, sender: Place, receiver: Place) -> frozenset[CaseSide]:
    """For which sides of a difference the actor may speak."""
    found = set()
    if holds(actor, KEEP, sender):
        found.add(CaseSide.SENDER)
    if holds(actor, COUNT, receiver):
        found.add(CaseSide.RECEIVER)
    if _oversees(actor, sender, receiver):
        found.add(CaseSide.OFFICER)
    return frozenset(found)


def require_view(actor: Actor, places: Iterable[Place]) -> None:
    """Seen from either end.

    Raises:
        Unknown: neither end is in the actor's sight.
    """
    if not any(holds(actor, VIEW, place) for place in places):
        raise Unknown


def require(actor: Actor, roles: frozenset[Role], place: Place, *others: Place) -> None:
    """Let the actor pass, or say no. Whoever sees one of the places is told that it is forbidden.

    Raises:
        Unknown: nothing of it is in sight.
        Forbidden: in sight, and not the actor's to do.
    """
    if holds(actor, roles, place):
        return
    require_view(actor, (place, *others))
    raise Forbidden
