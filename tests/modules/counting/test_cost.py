"""Opening a count costs the same few queries however many lots there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW
from tests.stock_builders import StockedCounty
from zhixuan.modules.counting.models import CountLine
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.shared.command_ids import new

QUERIES_MAX = 15


@pytest.mark.parametrize("lots", [1, 700])
def test_a_sheet_opens_within_fifteen_queries(county: StockedCounty, lots: int) -> None:
    county.receive(county.store, *(county.line(f"C{number:05}", 10) for number in range(lots)))
    with CaptureQueriesContext(connection) as queries:
        count = open_count(facility_id=county.store.pk, actor=county.keeper, command_id=new(), at=NOW)
    assert CountLine.objects.filter(count=count).count() == 2 + lots
    assert len(queries) <= QUERIES_MAX, [one["sql"][:200] for one in queries]
