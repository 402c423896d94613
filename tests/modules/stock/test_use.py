"""What was used, and from which day one looks at it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import builders
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.use import reference_day, use_history
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role

pytestmark = pytest.mark.django_db


def _used_in(year: int, month: int, item: builders.Item, store: builders.Facility, pieces: int) -> None:
    at = datetime(year, month, 20, 4, tzinfo=UTC)
    dispense(
        facility_id=store.pk,
        lines=[Wanted(item.product_id, pieces)],
        on=at.date(),
        actor=builders.a_machine(Role.STATION_OFFICER),
        command_id=command_ids.new(),
        at=at,
    )


def test_use_of_the_latest_three_full_months() -> None:
    network, item = builders.a_network(), builders.an_item()
    builders.a_delivery(network.store, item, pieces=1000, at=datetime(2026, 7, 1, 4, tzinfo=UTC))
    for month, pieces in ((7, 5), (8, 10), (9, 20), (10, 30), (11, 99)):
        _used_in(2026, month, item, network.store, pieces)
    series = (places_of(network.store.pk).store_id, item.product_id)

    used = use_history({series: 836}, today=date(2026, 11, 23))[series]

    assert [one.issued_pieces for one in used] == [10, 20, 30]


def test_books_that_ended_years_ago_are_looked_at_from_their_end() -> None:
    network, item = builders.a_network(), builders.an_item()
    builders.a_delivery(network.store, item, pieces=1000, at=datetime(2019, 6, 1, 4, tzinfo=UTC))
    for month, pieces in ((7, 10), (8, 20), (9, 30)):
        _used_in(2019, month, item, network.store, pieces)
    series = (places_of(network.store.pk).store_id, item.product_id)

    assert reference_day(date(2026, 11, 23)) == date(2019, 10, 1)
    assert [one.issued_pieces for one in use_history({series: 940}, today=date(2026, 11, 23))[series]] == [10, 20, 30]


def test_books_in_use_are_looked_at_from_today() -> None:
    network, item = builders.a_network(), builders.an_item()
    builders.a_delivery(network.store, item, pieces=10, at=datetime(2026, 8, 2, 4, tzinfo=UTC))
    assert reference_day(date(2026, 11, 23)) == date(2026, 11, 23)
