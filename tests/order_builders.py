"""A township store that asks its county warehouse, and the verbs of orders in a short form for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.builders import NOW, TODAY, a_facility, a_person, an_actor, an_area
from tests.stock_builders import StockedCounty, a_stocked_county, days
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item, Product
from zhixuan.modules.directory.models import Area, Facility, PermittedProduct
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations.approve_order import approve_order
from zhixuan.modules.orders.operations.draw_order import draw_order
from zhixuan.modules.orders.operations.review_lines import ReviewedLine, review_lines
from zhixuan.modules.orders.operations.submit_order import submit_order
from zhixuan.modules.orders.operations.take_step import take_step
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.rules.periods import Month
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.command_ids import new
from zhixuan.shared.once import Done


@dataclass(frozen=True, slots=True)
class OrderingCounty:
    """County A: the keeper of the warehouse answers what the keeper of the township store asks."""

    stock: StockedCounty
    village: Facility
    second_store: Facility
    asker: User
    answerer: User
    officer: User
    villager: User
    actor: Actor

    def by(self, person: User | Actor) -> OrderingCounty:
        return replace(self, actor=person if isinstance(person, Actor) else an_actor(person))

    def _said(self, more: dict[str, Any], *, on: bool = False) -> dict[str, Any]:
        said = {"actor": self.actor, "command_id": new(), "at": NOW} | more
        return said | ({"on": said.get("on", TODAY)} if on else {})

    def line(self, asked: int, reason: str = "as agreed by telephone", *, product: Any = None) -> AskedLine:
        return AskedLine((product or self.stock.condom).pk, asked, reason)

    def draw(self, *lines: AskedLine, **more: Any) -> Done:
        given = {"asker_id": self.stock.store.pk, "lines": lines or None, "send_in": True} | more
        return draw_order(**self._said(given, on=True))

    def submit(self, order: int, **more: Any) -> Done:
        return submit_order(order_id=order, **self._said(more, on=True))

    def review(self, order: int, approved: int, reason: str = "", *, product: Any = None) -> int:
        line = ReviewedLine((product or self.stock.condom).pk, approved, reason)
        return review_lines(order_id=order, lines=[line], actor=self.actor, at=NOW)

    def approve(self, order: int, **more: Any) -> Done:
        return approve_order(order_id=order, **self._said(more))

    def step(self, order: int, verb: Verb, note: str = "", **more: Any) -> Done:
        return take_step(order_id=order, verb=verb, note=note, **self._said(more))


def an_ordering_county() -> OrderingCounty:
    """The warehouse holds 5,000 condoms, the township store 100 of which it gives out 300 a month."""
    stock = a_stocked_county()
    network = stock.network
    stock.stock(stock.warehouse, "W1", 5000, on=days(-200))
    stock.stock(stock.store, "A", 1000, on=days(-200))
    for back in (100, 70, 40):
        stock.dispense(stock.store, stock.want(300), on=days(-back))
    place = an_area("420116100200", Area.Level.VILLAGE, parent=network.township, name_en="Village A")
    kinds = {"kind": Facility.Kind.VILLAGE_CABINET, "level": Area.Level.VILLAGE}
    village = a_facility(place, "VA", supplied_by=network.store, name="Cabinet A", **kinds)
    second = a_facility(network.township, "S2", supplied_by=network.warehouse, name="Store two")
    open_places([village.pk, second.pk])
    asker, answerer = a_person(Role.STOREKEEPER, network.store), a_person(Role.STOREKEEPER, network.warehouse)
    return OrderingCounty(
        stock=stock,
        village=village,
        second_store=second,
        asker=asker,
        answerer=answerer,
        officer=a_person(Role.STATION_OFFICER, network.county),
        villager=a_person(Role.DISPENSER, village),
        actor=an_actor(asker),
    )


def order_of(done: Done) -> Order:
    return Order.objects.get(pk=done.id)


def a_long_order(county: OrderingCounty, lines: int = 1200) -> int:
    """A draft of so many products, each of which the township store may hold."""
    store, method = county.stock.store, county.stock.condom.method
    said = {"method": method, "piece_zh": "盒", "piece_en": "box", "regulation": "device"}
    codes = [f"P{number:04}" for number in range(lines)]
    Product.objects.bulk_create(
        Product(code=code, name_zh=f"品种{code}", name_en=f"Product {code}", **said) for code in codes
    )
    products = list(Product.objects.filter(code__in=codes))
    Item.objects.bulk_create(Item(code=one.code, product=one, pieces_per_pack=5) for one in products)
    PermittedProduct.objects.bulk_create(PermittedProduct(facility=store, product=one) for one in products)
    return county.draw(*(AskedLine(one.pk, 10, "stock up") for one in products), send_in=False).id


NEWEST = Month.of(TODAY).previous
MONTHS_OF_BOOKS = 27
GIVEN = (310, 280, 0, 420, 300, 150, 510, 260)


def years_of_books(stock: StockedCounty) -> None:
    """Books of 27 months: the township store receives every month and hands out more or less of it."""
    for back in range(MONTHS_OF_BOOKS, 0, -1):
        month = NEWEST.plus(1 - back)
        stock.stock(stock.store, f"L{back}", 300, on=month.first_day)
        if given := GIVEN[back % len(GIVEN)]:
            stock.dispense(stock.store, stock.want(min(given, 300)), on=month.first_day)
