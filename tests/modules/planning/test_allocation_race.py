"""Two at the same allocation in the same moment, persons or workers: its orders are drawn and taken back once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.builders import NOW, TODAY, a_person
from tests.databases import FreshDatabase
from tests.stock_builders import a_command
from zhixuan.modules.documents.models import Document
from zhixuan.modules.orders.models import Order
from zhixuan.modules.planning.models import AllocationPlan, AllocationRun, AllocationStep
from zhixuan.modules.planning.operations.carry_out_allocation import carry_out_allocation
from zhixuan.modules.planning.operations.prepare_allocation import prepare_allocation
from zhixuan.modules.planning.operations.request_allocation import request_allocation
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


@pytest.mark.parametrize("verb", list(AllocationRun.Verb))
def test_two_workers_with_the_same_run_write_it_once(fresh_database: FreshDatabase, verb: str) -> None:
    county = an_allocating_county()
    above = county.by(county.approver)
    asked: dict[str, Any] = {"verb": verb, "note": "the fair is off", "on": TODAY, "at": NOW}
    asked |= {"actor": above.actor, "command_id": a_command()}
    if verb == "draw":
        asked["giver_ids"] = [county.warehouse.pk]
    else:
        plan = county.approved() if verb == "revoke" else county.draw().id
        if verb == "approve":
            county.take(plan, AllocationVerb.SUBMIT)
        asked |= {"plan_id": plan, "version": AllocationPlan.objects.get().version}
    run = request_allocation(**asked).id
    start = Barrier(2)

    def worked(_worker: int) -> int | None:
        try:
            row = AllocationRun.objects.select_related("area").get(pk=run)
            ready = prepare_allocation(run=row, report=lambda _done, _total: None, actor=above.actor)
            start.wait()
            return carry_out_allocation(run_id=run, ready=ready, actor=above.actor, at=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(worked, range(2)))

    assert found == [AllocationPlan.objects.get().pk] * 2
    assert AllocationStep.objects.filter(verb=verb).count() == (0 if verb == "draw" else 1)
    assert AllocationRun.objects.get().state == "done"
    assert Order.objects.count() == (2 if verb in {"approve", "revoke"} else 0)
    cancelled = Document.objects.filter(kind="issue", state="cancelled").count()
    assert cancelled == (2 if verb == "revoke" else 0)
