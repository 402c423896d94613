"""Somebody dispenses while the lot is recalled: whoever comes second is told, and no piece goes out after the block."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.databases import FreshDatabase
from tests.quality_builders import a_recall
from tests.stock_builders import a_stocked_county, pieces_at
from zhixuan.modules.quality.operations.hold_recalled import hold_recalled
from zhixuan.modules.quality.queries import recalls
from zhixuan.modules.stock.models import Event, LotBlock
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.rules.refusal import Refused

DISPENSERS = 4


def test_dispensing_while_a_recall_blocks(fresh_database: FreshDatabase) -> None:
    county = a_stocked_county(A=100)
    start = Barrier(DISPENSERS + 1)

    def dispensed() -> int:
        start.wait()
        given, codes = 0, set()
        try:
            for _ in range(5):
                county.dispense(county.store, county.want(1))
                given += 1
        except Refused as refused:
            codes.add(refused.code)
        finally:
            connection.close()
        assert codes <= {"only_recalled", "only_quarantined", "too_little"}
        return given

    def recalled() -> int:
        start.wait()
        try:
            recall = a_recall(county)
            blocked_at_event = Event.objects.order_by("-id").values_list("id", flat=True)[0]
            hold_recalled(recall_id=recall.pk, actor=county.actor, at=recall.issued_at)
            assert recalls.balance_of(recall).unaccounted_for == 0
            return int(blocked_at_event)
        finally:
            connection.close()

    with ThreadPoolExecutor(DISPENSERS + 1) as pool:
        blocking = pool.submit(recalled)
        given = sum(one.result() for one in [pool.submit(dispensed) for _ in range(DISPENSERS)])
        last_before = blocking.result()

    assert LotBlock.objects.count() == 1
    assert pieces_at(county.store, "A") == 0
    assert pieces_at(county.store, "A", kind="quarantine") == 100 - given
    assert not Event.objects.filter(id__gt=last_before, kind="dispensing").exists()
    with pytest.raises(Refused) as refused:
        county.dispense(county.store, county.want(1))
    assert refused.value.code == "only_quarantined"
    assert check_ledger() == []
