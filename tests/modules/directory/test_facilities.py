"""Facilities: added, corrected, fed, closed; scoped so that nobody sees another county's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.builders import (
    NOW,
    Network,
    a_facility,
    a_network,
    a_planner,
    a_product,
    a_storekeeper,
    a_stranger,
    an_actor,
)
from zhixuan.modules.directory import queries
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.operations.add_facility import add_facility
from zhixuan.modules.directory.operations.change_facility import change_facility
from zhixuan.modules.directory.operations.close_facility import close_facility
from zhixuan.modules.directory.operations.set_permitted_products import set_permitted_products
from zhixuan.modules.directory.operations.set_supply_line import set_supply_line
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def planner(network: Network) -> Actor:
    return an_actor(a_planner(network.county))


def added(actor: Actor, network: Network, **facts: object) -> Facility:
    told = {"code": "V1", "name_zh": "药柜", "kind": "village_cabinet", "area_id": network.township.pk, **facts}
    return add_facility(**told, actor=actor, at=NOW)  # type: ignore[arg-type]


class TestScope:
    def test_is_the_county_and_what_lies_in_it(self, network: Network, planner: Actor) -> None:
        assert {one.code for one in queries.facilities_for(planner)} == {"WA", "SA"}

    def test_of_a_storekeeper_is_the_store(self, network: Network) -> None:
        keeper = an_actor(a_storekeeper(network.store))
        assert [one.code for one in queries.facilities_for(keeper)] == ["SA"]
        with pytest.raises(Unknown):
            queries.facility(keeper, network.warehouse.pk)

    def test_of_nobody_is_nothing(self, network: Network) -> None:
        assert not queries.facilities_for(Actor(None, "")).exists()
        assert not queries.areas_for(Actor(None, "")).exists()


class TestAdding:
    def test_takes_every_fact(self, network: Network, planner: Actor) -> None:
        facility = added(
            planner,
            network,
            code=" v-01 ",
            longitude=Decimal("102.3"),
            latitude=Decimal("40.1"),
            supplied_by_id=network.store.pk,
            valid_from=date(2026, 1, 1),
        )
        assert (facility.code, facility.level, facility.area_path) == ("V-01", "village", network.township.path)
        assert facility.supplied_by == network.store
        assert [entry.verb for entry in AuditEntry.objects.order_by("id")] == ["add_facility", "set_supply_line"]

    def test_of_a_taken_code_is_refused(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Refused) as refused:
            added(planner, network, code="sb")
        assert refused.value.field == "code"

    def test_with_a_wrong_supplier_leaves_nothing(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Unknown):
            added(planner, network, supplied_by_id=network.sibling_store.pk)
        assert not Facility.objects.filter(code="V1").exists()

    def test_is_not_for_strangers_or_keepers(self, network: Network) -> None:
        with pytest.raises(Unknown):
            added(an_actor(a_stranger(network)), network)
        with pytest.raises((Forbidden, Unknown)):
            added(an_actor(a_storekeeper(network.store)), network)


def test_a_change_is_noted_with_before_and_after(network: Network, planner: Actor) -> None:
    change_facility(
        facility_id=network.store.pk,
        code="SA",
        name_zh=network.store.name_zh,
        name_en=network.store.name_en,
        kind=network.store.kind,
        level=network.store.level,
        area_id=network.township.pk,
        phone="123",
        actor=planner,
        at=NOW,
    )
    assert AuditEntry.objects.get().details == {"phone": ["", "123"]}


class TestSupplyLine:
    def test_from_the_county_above_may_be_chosen(self, network: Network) -> None:
        officer = an_actor(a_planner(network.township))
        set_supply_line(facility_id=network.store.pk, supplied_by_id=None, actor=officer, at=NOW)
        set_supply_line(facility_id=network.store.pk, supplied_by_id=network.warehouse.pk, actor=officer, at=NOW)
        network.store.refresh_from_db()
        assert network.store.supplied_by == network.warehouse
        assert queries.suppliers_above(network.store) == [network.warehouse]
        assert queries.supplied_below(network.warehouse) == [network.store.pk]

    def test_in_a_circle_is_refused(self, network: Network, planner: Actor) -> None:
        village = added(planner, network, supplied_by_id=network.store.pk)
        for facility in (network.warehouse, network.store):
            with pytest.raises(Refused) as refused:
                set_supply_line(facility_id=facility.pk, supplied_by_id=village.pk, actor=planner, at=NOW)
            assert refused.value.code == "supply_circle"

    def test_from_a_sibling_county_is_unknown(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Unknown):
            set_supply_line(
                facility_id=network.store.pk, supplied_by_id=network.sibling_warehouse.pk, actor=planner, at=NOW
            )


class TestPermittedProducts:
    def test_a_list_allows_what_stands_on_it(self, network: Network, planner: Actor) -> None:
        product, other = a_product("P1"), a_product("P2")
        store = network.store.pk
        assert queries.may_hold(store, product.pk)
        for _ in range(2):
            set_permitted_products(facility_id=store, product_codes=["P1"], actor=planner, at=NOW)
        assert queries.may_hold(store, product.pk)
        assert not queries.may_hold(store, other.pk)
        assert queries.not_permitted(store, [product.pk, other.pk]) == {other.pk}
        set_permitted_products(facility_id=store, product_codes=[], actor=planner, at=NOW)
        assert queries.permitted_product_ids(store) is None

    def test_of_unknown_products_are_refused(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Refused):
            set_permitted_products(facility_id=network.store.pk, product_codes=["X"], actor=planner, at=NOW)


class TestClosing:
    def test_needs_others_to_be_supplied_elsewhere(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Refused) as refused:
            close_facility(facility_id=network.warehouse.pk, on=date(2026, 5, 1), actor=planner, at=NOW)
        assert refused.value.code == "still_supplies"

    def test_bars_it_as_a_supplier(self, network: Network, planner: Actor) -> None:
        old = a_facility(network.township, "OLD")
        close_facility(facility_id=old.pk, on=date(2026, 5, 1), actor=planner, at=NOW)
        assert old not in queries.possible_suppliers(planner, network.township.path)
        assert old not in queries.all_facilities().filter(queries.open_on(date(2026, 5, 2)))
        assert old in queries.all_facilities().filter(queries.open_on(date(2026, 5, 1)))

    def test_is_unknown_to_strangers(self, network: Network) -> None:
        with pytest.raises(Unknown):
            close_facility(
                facility_id=network.store.pk, on=date(2026, 5, 1), actor=an_actor(a_stranger(network)), at=NOW
            )
