"""Orders: who sees which, their lines and their steps."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order, OrderLine, OrderStep
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.orders.steps import LIVE, WAITING, Side, State, Step, Verb
from zhixuan.shared.access import Actor, Role, the_one

__all__ = ["Order", "OrderLine", "OrderStep"]


def order_number(code: str, year: int, number: int) -> str:
    """How an order is called: place that asks, RQ, year, running number."""
    return f"{code}-RQ{year}-{number:04d}"


def number_of(one: Order) -> str:
    return order_number(one.asker.code, one.year, one.number)


def who(actor: Actor) -> str:
    """The same text for the same person."""
    return person(actor.user_id, actor.name)


def person(user_id: int | None, name: str) -> str:
    return f"{user_id or ''}:{name}"


def ends(one: Order) -> dict[str, permissions.Place]:
    """Both ends of an order, as permissions take them."""
    return {
        "asker": (one.asker.area_path, one.asker_id),
        "supplier": (one.supplier.area_path, one.supplier_id),
    }


def sides(actor: Actor, one: Order) -> frozenset[Side]:
    return permissions.sides_of(actor, **ends(one))


def orders_for(actor: Actor) -> QuerySet[Order]:
    """Orders with either end in sight; drafts are seen where they are drawn only."""
    asked = visible(actor, "asker")
    answered = visible(actor, "supplier") & ~Q(stage__in=(State.DRAWN, State.WITHDRAWN))
    return Order.objects.filter(asked | answered).select_related("asker", "supplier", "plan")


def my_orders(actor: Actor) -> QuerySet[Order]:
    """Orders of the places where the actor may ask."""
    return orders_for(actor).filter(_at(actor, permissions.ASK, "asker"))


def orders_to_answer(actor: Actor) -> QuerySet[Order]:
    """Orders to the places where the actor may answer, drafts left out; who waits longest first is for the screen."""
    return (
        orders_for(actor)
        .filter(_at(actor, permissions.ANSWER, "supplier"))
        .exclude(stage__in=(State.DRAWN, State.WITHDRAWN))
    )


def waiting_for_answer(actor: Actor) -> QuerySet[Order]:
    return orders_to_answer(actor).filter(stage__in=WAITING)


def between_places(actor: Actor) -> QuerySet[Order]:
    """Transfers between places of one level that somebody has asked for, in the actor's areas."""
    return orders_for(actor).filter(kind=Order.Kind.LATERAL).exclude(stage=State.DRAWN)


def _at(actor: Actor, roles: frozenset[Role], side: str) -> Q:
    scope = actor.scope(roles)
    condition = Q(pk__in=[])
    for path in scope.area_paths:
        condition |= Q(**{f"{side}__area_path__startswith": path})
    if scope.facility_ids:
        condition |= Q(**{f"{side}__in": list(scope.facility_ids)})
    return condition


def order(actor: Actor, order_id: int) -> Order:
    """One order.

    Raises:
        Unknown: there is none in sight.
    """
    return the_one(orders_for(actor).filter(pk=order_id))


def lines_of(order_id: int) -> QuerySet[OrderLine]:
    """Lines with their product, in order."""
    return OrderLine.objects.filter(order_id=order_id).select_related("product").order_by("position")


def steps_of(order_id: int) -> list[OrderStep]:
    """Everything that was done with an order, earliest first."""
    return list(OrderStep.objects.filter(order_id=order_id).order_by("number"))


def as_steps(rows: list[OrderStep]) -> list[Step]:
    """Recorded steps as the rules take them."""
    return [Step(Verb(row.verb), person(row.actor_id, row.actor_name)) for row in rows]


def routes_of(order_ids: Collection[int]) -> set[tuple[int, int]]:
    """(supplier, asker) of these orders. The caller has seen them."""
    return set(Order.objects.filter(pk__in=list(order_ids)).values_list("supplier_id", "asker_id"))


def live_orders_of(asker_ids: list[int]) -> QuerySet[Order]:
    """Orders of these places from which goods may still come."""
    return Order.objects.filter(asker__in=asker_ids, stage__in=LIVE)


def last_usual_order(asker_ids: list[int]) -> dict[int, Order]:
    """The latest usual order sent in by each place: neither an emergency, nor between places of one level."""
    rows = Order.objects.filter(asker__in=asker_ids, emergency=False, submitted_on__isnull=False)
    rows = rows.filter(kind__in=(Order.Kind.PULL, Order.Kind.DIRECT)).exclude(stage=State.WITHDRAWN)
    return {one.asker_id: one for one in rows.order_by("submitted_on", "pk")}
