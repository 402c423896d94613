"""What the ledger hears from the directory: a new facility can post at once, one with stock is not closed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests import builders
from zhixuan.modules.directory.operations.add_facility import add_facility
from zhixuan.modules.directory.operations.close_facility import close_facility
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import Refused

pytestmark = pytest.mark.django_db


def test_a_new_facility_has_its_places_in_the_ledger() -> None:
    network = builders.a_network()
    added = add_facility(
        code="NEW-1",
        name_zh="新点",
        kind="clinic",
        area_id=network.township.pk,
        actor=builders.an_actor(builders.an_administrator(network.county)),
        at=timezone.now(),
    )
    assert places_of(added.pk).code == "NEW-1"


def test_a_facility_with_stock_is_not_closed() -> None:
    network = builders.a_network()
    builders.a_delivery(network.store, builders.an_item(), pieces=40)
    with pytest.raises(Refused, match="40 pieces"):
        close_facility(
            facility_id=network.store.pk,
            on=timezone.localdate(),
            actor=builders.an_actor(builders.an_administrator(network.county)),
            at=timezone.now(),
        )
    network.store.refresh_from_db()
    assert network.store.valid_to is None
