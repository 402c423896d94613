"""Two who approve the same allocation at the same moment: its orders are drawn once, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.builders import a_person
from tests.databases import FreshDatabase
from zhixuan.modules.documents.models import Document
from zhixuan.modules.orders.models import Order
from zhixuan.modules.planning.models import AllocationStep
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Role


def test_approved_by_two_at_once(fresh_database: FreshDatabase) -> None:
    county = an_allocating_county()
    plan = county.draw().id
    county.take(plan, AllocationVerb.SUBMIT)
    another = a_person(Role.TOWNSHIP_OFFICER, county.orders.stock.network.county)
    start = Barrier(2)

    def approved(by: AllocatingCounty) -> str:
        start.wait()
        try:
            by.approve(plan, changes_seen="")
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(approved, [county.by(county.approver), county.by(another)]))

    assert found == ["approved", "moved_on"]
    assert AllocationStep.objects.filter(plan=plan, verb="approve").count() == 1
    assert Order.objects.count() == 2
    assert Document.objects.filter(kind="issue").count() == 2
