"""Trade items: GTINs that fit, packings that are possible, screens that show them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.builders import NOW, Network, a_machine, a_network, a_planner, a_product, a_storekeeper, an_item
from zhixuan.modules.catalogue.models import Item, Product
from zhixuan.modules.catalogue.operations.add_item import add_item
from zhixuan.modules.catalogue.operations.change_item import change_item
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
OFFICER = a_machine(Role.STATION_OFFICER)


def facts_of(item: Item) -> dict[str, Any]:
    names = "code brand_zh brand_en holder registration_number pieces_per_pack packs_per_carton status"
    return {**{name: getattr(item, name) for name in names.split()}, "gtin": item.gtin or ""}


def test_a_gtin_is_kept_with_14_digits() -> None:
    item = add_item(product_id=a_product().pk, code="b1", gtin="6901234567892", actor=OFFICER, at=NOW)
    assert (item.code, item.gtin) == ("B1", "06901234567892")
    assert AuditEntry.objects.get().verb == "add_item"


def test_every_wrong_field_is_named_at_once() -> None:
    an_item("TAKEN")
    with pytest.raises(Refused) as refused:
        add_item(
            product_id=Product.objects.get().pk,
            code="taken",
            gtin="6901234567893",
            pieces_per_pack=0,
            brand_zh="很" * 121,
            actor=OFFICER,
            at=NOW,
        )
    assert {reason.field for reason in refused.value.reasons} == {"code", "gtin", "pieces_per_pack", "brand_zh"}


def test_one_gtin_belongs_to_one_item_however_it_is_written() -> None:
    product = a_product()
    add_item(product_id=product.pk, code="A", gtin="6901234567892", actor=OFFICER, at=NOW)
    with pytest.raises(Refused) as refused:
        add_item(product_id=product.pk, code="B", gtin="06901234567892", actor=OFFICER, at=NOW)
    assert refused.value.field == "gtin"


def test_items_without_gtin_are_many() -> None:
    product = a_product()
    for code in ("A", "B"):
        add_item(product_id=product.pk, code=code, actor=OFFICER, at=NOW)
    assert product.items.count() == 2


def test_a_change_notes_before_and_after_and_a_repeat_nothing() -> None:
    item = an_item()
    facts = {**facts_of(item), "status": "withdrawn"}
    for _ in range(2):
        change_item(item_id=item.pk, **facts, actor=OFFICER, at=NOW)
    assert AuditEntry.objects.get().details == {"status": ["active", "withdrawn"]}


def test_an_impossible_status_is_refused() -> None:
    item = an_item()
    with pytest.raises(Refused):
        change_item(item_id=item.pk, **{**facts_of(item), "status": "gone"}, actor=OFFICER, at=NOW)


def test_others_may_not_and_what_is_not_there_is_unknown() -> None:
    item = an_item()
    with pytest.raises(Forbidden):
        change_item(item_id=item.pk, **facts_of(item), actor=a_machine(Role.STOREKEEPER), at=NOW)
    with pytest.raises(Unknown):
        change_item(item_id=0, **facts_of(item), actor=OFFICER, at=NOW)


class TestScreens:
    @pytest.fixture
    def network(self, settings: Any) -> Network:
        settings.SECOND_STEP_ROLES = frozenset()
        return a_network()

    def test_add_an_item_and_show_it(self, network: Network, client: Client) -> None:
        client.force_login(a_planner(network.county))
        product = a_product()
        told = {"code": "X1", "gtin": "6901234567893", "pieces_per_pack": 10, "packs_per_carton": 5}
        path = f"/catalogue/products/{product.pk}/items/add/"
        page = client.post(path, {**told, "command_id": str(command_ids.new())}, headers={"accept-language": "zh-hans"})
        assert "校验位不符" in page.content.decode()
        client.post(path, {**told, "gtin": "6901234567892", "command_id": str(command_ids.new())})
        assert "06901234567892" in client.get(f"/catalogue/products/{product.pk}/").content.decode()

    def test_keepers_see_products_but_change_nothing(self, network: Network, client: Client) -> None:
        item = an_item()
        client.force_login(a_storekeeper(network.store))
        page = client.get(f"/catalogue/products/{item.product_id}/").content.decode()
        assert item.code in page
        assert "items/add" not in page
        assert client.get(f"/catalogue/items/{item.pk}/change/").status_code == 403

    def test_the_list_takes_few_queries(
        self, network: Network, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        client.force_login(a_storekeeper(network.store))
        for number in range(30):
            an_item(f"I{number}", a_product(f"P{number}"))
        with django_assert_max_num_queries(12):
            assert client.get("/catalogue/products/").status_code == 200
        assert client.get("/catalogue/products/?export=xlsx").content[:2] == b"PK"
