"""What the two pages that people open all day cost: the pages and the data of `bench/pages.py`, only smaller."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from bench import pages
from tests.builders import an_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("stores", "products", "lines"), [(3, 2, 30), (6, 5, 90)], ids=["small", "larger"])
def test_the_bench_pages_ask_no_more_than_they_may(
    stores: int, products: int, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("STORES", stores), ("PRODUCTS", products), ("CARD_LINES", lines)):
        monkeypatch.setattr(pages, name, value)
    person, made, items = pages._a_network()
    pages._a_long_card(an_actor(person), made[0], items[0])
    client = Client()
    client.force_login(person)
    card = reverse("stock:card", args=[made[0].id, items[0].product_id])
    asked = {address: pages._queries(partial(_ask, client, address)) for address in (card, reverse("stock:on_hand"))}
    assert max(asked.values()) <= pages.QUERIES_MAX, asked
    assert set(asked.values()) == {12}, f"as many whatever the size: {asked}"


def _ask(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
