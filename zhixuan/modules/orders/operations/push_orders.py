"""Send goods to places by a plan that stands above orders: orders agreed to already, and their issue documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import OrderStep
from zhixuan.modules.orders.operations import _push
from zhixuan.modules.orders.operations._push import Parcel, Pushed
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Unknown
from zhixuan.shared.once import once_answering

__all__ = ["ForPlace", "Pushed", "PushedOrders", "push_orders"]


@dataclass(frozen=True, slots=True)
class ForPlace:
    """What one place gets of one store."""

    giver_id: int
    place_id: int
    lines: Sequence[Pushed]


@dataclass(frozen=True, slots=True)
class PushedOrders:
    """Ids of the orders, in the order of what was asked for; `id` is that of the first."""

    id: int
    orders: Sequence[int]


def _as_they_stand(first_id: int) -> PushedOrders:
    """Of the same plan, drawn in the same moment."""
    first = OrderStep.objects.select_related("order").get(order=first_id, verb=Verb.DRAW)
    drawn = OrderStep.objects.filter(verb=Verb.DRAW, at=first.at, order__note=first.order.note, order__gte=first_id)
    return PushedOrders(first_id, list(drawn.order_by("order").values_list("order_id", flat=True)))


@once_answering(_as_they_stand)
def push_orders(
    *, parcels: Sequence[ForPlace], called: str, on: date, actor: Actor, command_id: UUID, at: datetime
) -> PushedOrders:
    """An order a place and store, all or none. Safe to repeat.

    Args:
        called: the number of the plan, kept with the orders.

    Raises:
        Refused: nothing to send, or what the issue documents refuse: too little there, lots that may not go.
        Unknown, Forbidden: see permissions.
    """
    givers = {pk: directory.facility(actor, pk) for pk in sorted({one.giver_id for one in parcels})}
    for giver in givers.values():
        permissions.require(actor, permissions.DISTRIBUTE, (giver.area_path, giver.pk))
    places = directory.all_facilities().in_bulk({one.place_id for one in parcels})
    if not parcels or not all(one.lines for one in parcels):
        raise Refused(N_("Nobody gets anything by this plan. Enter quantities, or withdraw it."), code="no_lines")

    orders = _push.push_all(
        [Parcel(givers[one.giver_id], _place(places, one.place_id), one.lines) for one in parcels],
        called=called[:300],
        on=on,
        actor=actor,
        command_id=command_id,
        at=at,
    )
    return PushedOrders(orders[0].pk, [order.pk for order in orders])


def _place(places: dict[int, Facility], place_id: int) -> Facility:
    if place_id not in places:
        raise Unknown
    return places[place_id]
