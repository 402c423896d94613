"""No page asks the database more when there is more on it: each list and form of all places, with few and with many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tests.access_objects import BUILDERS, Spot, World
from tests.access_table import addresses, table
from tests.builders import a_facility, a_network, a_person
from tests.stock_builders import a_product, an_item
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.shared.access import Role

pytestmark = pytest.mark.either_database

FEW, MANY = 2, 8
MODULES = ("stock", "documents", "orders", "counting", "quality", "machines", "planning")
OF_EACH_PLACE = (
    "norm_override", "delivery", "transfer", "consignee", "difference", "draft_order", "order", "order_to_send", "plan",
    "demand_plan", "document", "machine", "machine_visit", "machine_route", "machine_fault", "machine_limit", "count",
    "inspection", "excursion", "loss_report", "recall",
)  # fmt: skip
"""What is made of everything at each place, so that every list has a line of each."""


def _pages() -> list[str]:
    lines = table()
    open_to_officers = {name for name, line in lines.items() if line.who.get("GET", "whole") != "whole"}
    named = [one for one in addresses() if not one.parameters and one.name in open_to_officers]
    return sorted(one.name for one in named if one.name.split(":")[0] in MODULES and "template" not in one.name)


def _furnish(world: World, numbers: range) -> None:
    """Places of their own, each with a product of its own."""
    near = world.spots["child"]
    for number in numbers:
        store = a_facility(near.area, f"N{number:03}", kind=Facility.Kind.TOWNSHIP_STORE, supplied_by=near.other)
        open_places([store.pk])
        world.item = an_item(a_product(f"product-{number}"))
        spot: Spot = replace(near, facility=store, words=f"place {number}")
        for name in OF_EACH_PLACE:
            BUILDERS[name](world, spot)


def _asked(client: Client, name: str) -> int:
    client.get(reverse(name))  # what is kept for every page is made now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name)).status_code in {200, 302}, name
    return len(captured)


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, tuple[int, int]]]:
    """Questions that each page asks, with few lines and with many."""
    with django_db_blocker.unblock(), override_settings(SECOND_STEP_ROLES=frozenset()), transaction.atomic():
        world, client = World(a_network()), Client()
        client.force_login(a_person(Role.STATION_OFFICER, world.network.county))
        _furnish(world, range(FEW))
        few = {name: _asked(client, name) for name in _pages()}
        _furnish(world, range(FEW, MANY))
        yield {name: (count, _asked(client, name)) for name, count in few.items()}
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", _pages())
def test_more_lines_take_no_more_questions(asked: dict[str, tuple[int, int]], name: str) -> None:
    few, many = asked[name]
    assert many <= few, f"{name}: {few} questions with {FEW} of everything, {many} with {MANY}"
