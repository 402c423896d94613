"""An approved allocation plan revoked: what has not been sent is taken back, what has been sent stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.builders import NOW, a_person, a_storekeeper, an_actor
from tests.databases import FreshDatabase
from tests.journeys.desk import Desk
from tests.stock_builders import a_command
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations.change_line import change_line
from zhixuan.modules.orders.models import Order, OrderStep
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan, AllocationStep
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown

WHY = "the fair is off"


@pytest.fixture
def allocating(db: None) -> AllocatingCounty:
    return an_allocating_county()


def stages() -> dict[str, str]:
    return dict(Order.objects.order_by("pk").values_list("asker__code", "stage"))


def test_nothing_sent_all_is_taken_back_and_worked_out_as_the_next_version(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    above, command = allocating.by(allocating.approver), a_command()
    assert above.revoke(plan, WHY, command_id=command).repeated is False
    assert above.revoke(plan, WHY, command_id=command).repeated is True
    assert set(stages().values()) == {"withdrawn"}
    assert set(Document.objects.values_list("state", "reason")) == {("cancelled", WHY)}
    row = AllocationPlan.objects.get(pk=plan)
    assert row.state == "revoked"
    allocating.rework(plan)
    row.refresh_from_db()
    assert (row.state, row.version) == ("drawn", 2)
    assert sum(AllocationLine.objects.values_list("pieces", flat=True)) == 400
    allocating.take(plan, AllocationVerb.SUBMIT)
    above.approve(plan)
    assert sorted(Order.objects.values_list("stage", flat=True)) == ["approved"] * 2 + ["withdrawn"] * 2
    verbs = AllocationStep.objects.order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["submit", "approve", "revoke", "rework", "submit", "approve"]


def test_what_has_been_sent_stays_and_is_not_given_again(allocating: AllocatingCounty) -> None:
    plan = allocating.draw().id
    allocating.change(plan, allocating.second, 200)
    allocating.rework(plan)
    allocating.take(plan, AllocationVerb.SUBMIT)
    above = allocating.by(allocating.approver)
    above.approve(plan)
    document = allocating.document_to(allocating.second)
    allocating.check(document)
    allocating.send(document)
    above.revoke(plan, WHY)
    assert stages() == {allocating.second.code: "approved", allocating.store.code: "withdrawn"}
    step = AllocationStep.objects.get(verb="revoke")
    assert step.details["sent"] == [Order.objects.get(asker=allocating.second).pk]
    assert "1 order had been sent already" in Desk(allocating.planner).page(f"/planning/allocation/{plan}/")
    allocating.rework(plan)
    line = AllocationLine.objects.get(facility=allocating.second)
    assert (line.coming, line.reason) == (200, "")
    assert sum(AllocationLine.objects.values_list("pieces", flat=True)) == 200
    assert check_ledger() == []


def test_of_what_has_been_sent_in_part_the_rest_is_closed(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    document = allocating.document_to(allocating.store)
    line = DrawnLine.objects.get(document=document)
    part = DocumentLine(line.product_id, None, line.pieces - 10, asked_pieces=line.pieces)
    keeper = {"actor": an_actor(allocating.orders.answerer), "at": NOW}
    change_line(document_id=document, line_id=line.pk, line=part, command_id=a_command(), **keeper)
    helper = a_storekeeper(allocating.warehouse)
    replace(allocating, orders=replace(allocating.orders, answerer=helper)).check(document)
    allocating.send(document)
    allocating.by(allocating.approver).revoke(plan, WHY)
    assert stages() == {allocating.store.code: "closed", allocating.second.code: "withdrawn"}
    step = OrderStep.objects.filter(order__asker=allocating.store).latest("number")
    assert (step.verb, step.details, step.note) == ("close", {"not_sent": 10}, WHY)
    assert set(OrderStep.objects.filter(verb="withdraw").values_list("order__asker", "note")) == {
        (allocating.second.pk, WHY)
    }
    assert check_ledger() == []


def test_many_orders_are_taken_back_in_as_many_statements_as_one(allocating: AllocatingCounty) -> None:
    counted = []
    for wanted in (400, 200):
        plan = allocating.draw().id
        if wanted == 200:
            allocating.change(plan, allocating.store, 0)
        allocating.take(plan, AllocationVerb.SUBMIT)
        above = allocating.by(allocating.approver)
        above.approve(plan)
        with CaptureQueriesContext(connection) as asked:
            above.revoke(plan, WHY)
        counted.append((len(stages()), len(asked)))
    assert counted[0][1] == counted[1][1]


def test_all_sent_nothing_can_be_taken_back(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    for place in (allocating.store, allocating.second):
        document = allocating.document_to(place)
        allocating.check(document)
        allocating.send(document)
    with pytest.raises(Refused) as refused:
        allocating.by(allocating.approver).revoke(plan, WHY)
    assert refused.value.code == "all_sent"
    assert AllocationPlan.objects.get().state == "approved"


def test_who_may_revoke_what_is_approved(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    above = allocating.by(allocating.approver)
    with pytest.raises(Refused) as refused:
        above.revoke(plan, " ")
    assert (refused.value.code, refused.value.field) == ("reason_needed", "note")
    with pytest.raises(Refused) as refused:
        allocating.revoke(plan, WHY)
    assert refused.value.code == "own_plan"
    with pytest.raises(Unknown):
        allocating.by(allocating.orders.stock.stranger).revoke(plan, WHY)
    auditor = an_actor(a_person(Role.AUDITOR, allocating.orders.stock.network.county))
    with pytest.raises(Forbidden):
        allocating.by(auditor).revoke(plan, WHY)
    assert set(stages().values()) == {"approved"}
    above.revoke(plan, WHY)
    with pytest.raises(Refused) as refused:
        above.revoke(plan, WHY)
    assert refused.value.code == "moved_on"


def test_a_revoked_plan_waits_while_another_of_the_store_is_open(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    above = allocating.by(allocating.approver)
    above.revoke(plan, WHY)
    allocating.draw()
    with pytest.raises(Refused) as refused:
        allocating.rework(plan)
    assert refused.value.code == "open_plan"


def test_whoever_worked_it_out_again_does_not_approve_it(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    above = allocating.by(allocating.approver)
    above.revoke(plan, WHY)
    above.rework(plan)
    allocating.take(plan, AllocationVerb.SUBMIT)
    with pytest.raises(Refused) as refused:
        above.approve(plan)
    assert refused.value.code == "own_plan"


def test_through_page_and_api(allocating: AllocatingCounty) -> None:
    plan = allocating.approved()
    address = f"/planning/allocation/{plan}/"
    assert "step/revoke/" not in Desk(allocating.planner).page(address)
    desk = Desk(allocating.approver)
    desk.send(f"{address}step/revoke/", desk.form(address), note=WHY)
    page = desk.page(address)
    assert "2 orders have been taken back" in page
    assert WHY in page
    desk.send(f"{address}rework/", desk.form(address), supply_percent=100)
    assert "worked out again as the next version" in desk.page(address)
    said = {"command_id": str(a_command())}
    answer = desk.client.post(f"/api/planning/allocations/{plan}/revocation", said, "application/json")
    assert answer.status_code == 201
    assert AllocationPlan.objects.get().state == "revoked"
    chinese = Desk(allocating.approver, "zh-hans")
    assert "作为下一版重新测算" in chinese.page(address)


def test_revoked_while_the_storekeeper_sends(fresh_database: FreshDatabase) -> None:
    county = an_allocating_county()
    plan = county.approved()
    document = county.document_to(county.second)
    county.check(document)
    start = Barrier(2)

    def sent() -> str:
        start.wait()
        try:
            county.send(document)
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "sent"

    def revoked() -> str:
        start.wait()
        try:
            county.by(county.approver).revoke(plan, WHY)
        finally:
            connections.close_all()
        return "revoked"

    with ThreadPoolExecutor(2) as pool:
        found = [one.result() for one in [pool.submit(sent), pool.submit(revoked)]]

    assert found[1] == "revoked"
    left = Document.objects.get(pk=document)
    assert (left.state, found[0]) in {("posted", "sent"), ("cancelled", "is_cancelled")}
    order = Order.objects.get(asker=county.second)
    assert order.stage == ("approved" if left.event_id else "withdrawn")
    assert AllocationStep.objects.get(verb="revoke").details["sent"] == ([order.pk] if left.event_id else [])
    assert check_ledger() == []
