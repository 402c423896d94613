"""Allocation plans: drawn from the ledger, changed with a reason, approved by another, carried out by orders."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.allocation_builders import AllocatingCounty, a_forecast, an_allocating_county
from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.papers import printed
from tests.stock_builders import a_command, days
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.planning.models import (
    AllocationLine,
    AllocationLot,
    AllocationPlan,
    AllocationStep,
    ForecastRun,
)
from zhixuan.modules.planning.operations.bound_allocation_line import bound_allocation_line
from zhixuan.modules.planning.queries.allocation_changes import since_worked_out
from zhixuan.modules.planning.screens import allocation_lists
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.planning.sharing_out import Why
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown

SUBMIT, RETURN = AllocationVerb.SUBMIT, AllocationVerb.RETURN


@pytest.fixture
def allocating(db: None) -> AllocatingCounty:
    return an_allocating_county()


def submitted(allocating: AllocatingCounty) -> int:
    plan = allocating.draw().id
    allocating.take(plan, SUBMIT)
    return plan


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_line_has_the_facts_of_the_ledger(allocating: AllocatingCounty) -> None:
    plan = allocating.draw().id
    line = AllocationLine.objects.get(plan=plan, facility=allocating.store)
    assert (line.per_month, line.stock, line.coming, line.source) == ("300", 100, 0, "use")
    assert (line.norm_months, line.asked) == ("2", 500)
    assert AllocationLot.objects.get(plan=plan).pieces == 400
    given = AllocationLine.objects.filter(plan=plan).values_list("pieces", flat=True)
    assert sum(given) == 400
    assert all(pieces % 10 == 0 for pieces in given)
    second = AllocationLine.objects.get(plan=plan, facility=allocating.second)
    assert line.why == Why.SHORT
    assert second.pieces >= Fraction("0.5") * 150


def test_a_stored_forecast_stands_instead_of_average_use(allocating: AllocatingCounty) -> None:
    figures = {"mean": [10.0, 400.0, 600.0], "p10": [1.0, 300.0, 500.0], "median": [9.0, 390.0, 590.0]}
    figures |= {"p80": [20.0, 450.0, 650.0], "p90": [30.0, 480.0, 700.0], "p95": [40.0, 470.0, 800.0]}
    a_forecast(allocating.orders.stock.network.county, allocating.store, allocating.condom, figures, ago=2)
    plan = allocating.draw().id
    line = AllocationLine.objects.get(plan=plan, facility=allocating.store)
    assert (line.source, line.per_month, line.asked) == ("forecast", "500", 900)
    assert line.ahead == [[400, 300, 390, 450, 480, 480], [600, 500, 590, 650, 700, 800]]
    assert AllocationLine.objects.get(plan=plan, facility=allocating.second).source == "use"
    ForecastRun.objects.update(data_until=Month.of(TODAY).plus(-7).first_day)
    allocating.rework(plan)
    assert AllocationLine.objects.get(plan=plan, facility=allocating.store).source == "use"


def test_what_is_promised_already_is_neither_given_twice_nor_asked_twice(allocating: AllocatingCounty) -> None:
    orders = allocating.orders.by(allocating.orders.asker)
    order = orders.draw(orders.line(120)).id
    orders.by(allocating.orders.answerer).approve(order)
    plan = allocating.draw().id
    assert AllocationLot.objects.get(plan=plan).pieces == 280
    assert AllocationLine.objects.get(plan=plan, facility=allocating.store).coming == 120


def test_drawn_once_however_often_it_is_sent(allocating: AllocatingCounty) -> None:
    command = a_command()
    first = allocating.draw(command_id=command)
    again = allocating.draw(command_id=command)
    assert (again.id, again.repeated) == (first.id, True)
    with pytest.raises(Refused) as refused:
        allocating.draw()
    assert code_of(refused) == "open_plan"
    assert refused.value.fields["plan_id"] == first.id


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (Settings(horizon_months=Fraction(25)), "horizon_months"),
        (Settings(floor_months=Fraction(-1)), "floor_months"),
        (Settings(supply_percent=101), "supply_percent"),
    ],
)
def test_settings_that_make_no_sense(allocating: AllocatingCounty, settings: Settings, field: str) -> None:
    with pytest.raises(Refused) as refused:
        allocating.draw(settings)
    assert refused.value.field == field
    assert not AllocationPlan.objects.exists()


def test_a_change_keeps_the_proposal_and_has_a_reason(allocating: AllocatingCounty) -> None:
    plan = allocating.draw().id
    proposed = allocating.pieces(plan, allocating.second)
    with pytest.raises(Refused) as refused:
        allocating.change(plan, allocating.second, proposed + 5, "")
    assert [reason.code for reason in refused.value.reasons] == ["opened_pack", "reason_needed"]
    assert allocating.change(plan, allocating.second, proposed + 20)
    assert not allocating.change(plan, allocating.second, proposed + 20)
    line = AllocationLine.objects.get(plan=plan, facility=allocating.second)
    assert (line.proposed, line.pieces, line.reason) == (proposed, proposed + 20, "a fair is coming")
    with pytest.raises(Refused) as refused:
        allocating.take(plan, SUBMIT)
    assert code_of(refused) == "too_much"
    assert refused.value.fields["over"] == 20
    allocating.rework(plan)
    assert allocating.pieces(plan, allocating.second) == proposed + 20
    assert allocating.pieces(plan, allocating.store) == 400 - proposed - 20
    allocating.take(plan, SUBMIT)


def test_bounds_hold_from_the_next_working_out(allocating: AllocatingCounty) -> None:
    plan = allocating.draw().id
    line = AllocationLine.objects.get(plan=plan, facility=allocating.store)
    said = {"plan_id": plan, "line_id": line.pk, "actor": allocating.actor, "at": NOW}
    with pytest.raises(Refused):
        bound_allocation_line(least=30, most=20, **said)
    assert bound_allocation_line(least=None, most=100, **said)
    allocating.rework(plan)
    assert allocating.pieces(plan, allocating.store) == 100
    assert AllocationLine.objects.get(plan=plan, facility=allocating.store).why == Why.MOST
    line = AllocationLine.objects.get(plan=plan, facility=allocating.store)
    bound_allocation_line(least=500, most=None, **(said | {"line_id": line.pk}))
    with pytest.raises(Refused) as refused:
        allocating.rework(plan)
    assert code_of(refused) == "too_much"
    assert allocating.pieces(plan, allocating.store) == 100


def test_approved_it_is_orders_with_lots_and_issue_documents(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    above = allocating.by(allocating.approver)
    command = a_command()
    assert above.approve(plan, command_id=command, changes_seen="").repeated is False
    assert above.approve(plan, command_id=command, changes_seen="").repeated is True
    orders = Order.objects.order_by("asker__code")
    assert [(order.asker, order.kind, order.stage) for order in orders] == [
        (allocating.second, "push", "approved"),
        (allocating.store, "push", "approved"),
    ]
    assert sum(OrderLine.objects.values_list("approved", flat=True)) == 400
    papers = Document.objects.filter(kind="issue", facility=allocating.warehouse)
    assert {paper.other_facility_id for paper in papers} == {allocating.store.pk, allocating.second.pk}
    lot = AllocationLot.objects.get(plan=plan).lot_id
    assert all(line.chosen == [[lot, line.pieces]] for line in DrawnLine.objects.filter(document__in=papers))
    step = AllocationStep.objects.get(plan=plan, verb="approve")
    assert step.details["orders"] == sorted(orders.values_list("pk", flat=True))
    with pytest.raises(Refused) as refused:
        above.approve(plan)
    assert code_of(refused) == "moved_on"


def test_nobody_approves_what_they_worked_on(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    with pytest.raises(Refused) as refused:
        allocating.approve(plan)
    assert code_of(refused) == "own_plan"
    assert not Order.objects.exists()


def test_returned_with_a_word_changed_and_sent_in_again(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    above = allocating.by(allocating.approver)
    with pytest.raises(Refused) as refused:
        above.take(plan, RETURN)
    assert code_of(refused) == "reason_needed"
    above.take(plan, RETURN, "store two has a fair")
    allocating.change(plan, allocating.second, 200)
    allocating.rework(plan)
    allocating.take(plan, SUBMIT)
    above.approve(plan)
    second = OrderLine.objects.get(order__asker=allocating.second)
    assert (second.approved, second.reason) == (200, "a fair is coming")


def test_revoked_it_comes_to_nothing(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    allocating.revoke(plan)
    with pytest.raises(Refused) as refused:
        allocating.by(allocating.approver).approve(plan)
    assert code_of(refused) == "moved_on"
    allocating.draw()


def test_stock_that_changed_is_said_and_the_plan_worked_out_again(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    above = allocating.by(allocating.approver)
    allocating.orders.stock.adjust(allocating.warehouse, "lost", note="a leak", W1=100)
    with pytest.raises(Refused) as refused:
        above.approve(plan, changes_seen="")
    assert code_of(refused) == "stock_changed"
    with pytest.raises(Refused) as refused:
        above.approve(plan)
    assert code_of(refused) == "too_much"
    above.take(plan, RETURN, "less is left")
    allocating.rework(plan)
    allocating.take(plan, SUBMIT)
    above.approve(plan, changes_seen="")
    assert sum(OrderLine.objects.values_list("approved", flat=True)) == 300


def test_a_plan_changed_meanwhile_is_not_approved_unseen(allocating: AllocatingCounty) -> None:
    plan = submitted(allocating)
    with pytest.raises(Refused) as refused:
        allocating.by(allocating.approver).approve(plan, version=0)
    assert code_of(refused) == "changed"


def test_a_lot_goes_only_where_it_can_be_used_in_time(allocating: AllocatingCounty) -> None:
    stock = allocating.orders.stock
    stock.adjust(allocating.warehouse, "lost", note="a leak", W1=400)
    stock.stock(allocating.warehouse, "SOON", 400, on=days(-1), expires=days(20))
    plan = allocating.draw().id
    store = AllocationLine.objects.get(plan=plan, facility=allocating.store)
    second = AllocationLine.objects.get(plan=plan, facility=allocating.second)
    months = Fraction(20 * 48, 1461)
    for line in (store, second):
        used_by_then = Fraction(line.per_month) * months - line.stock
        assert line.pieces == used_by_then // 10 * 10 < line.asked
        assert line.why == Why.EXPIRY
    allocating.change(plan, allocating.second, 200)
    with pytest.raises(Refused) as refused:
        allocating.take(plan, SUBMIT)
    assert code_of(refused) == "expires"


def test_who_may(allocating: AllocatingCounty) -> None:
    stranger = allocating.by(allocating.orders.stock.stranger)
    with pytest.raises(Unknown):
        stranger.draw()
    plan = submitted(allocating)
    auditor = allocating.by(an_actor(a_person(Role.AUDITOR, allocating.orders.stock.network.county)))
    for deed in (stranger.approve, lambda one: stranger.take(one, RETURN, "no"), stranger.rework):
        with pytest.raises(Unknown):
            deed(plan)
    with pytest.raises(Forbidden):
        auditor.approve(plan)
    with pytest.raises(Unknown):
        stranger.change(plan, allocating.store, 0)
    assert AllocationPlan.objects.get().state == "submitted"
    assert AllocationPlan.objects.get().drawn_on == TODAY


def test_through_the_pages(allocating: AllocatingCounty) -> None:
    planner, approver = Desk(allocating.planner), Desk(allocating.approver)
    draw = "/planning/allocation/draw/"
    assert "is-invalid" in planner.refused(draw, planner.form(draw), supply_percent=900)
    address = planner.send(draw, planner.form(draw), givers=allocating.warehouse.pk, supply_percent=100)
    line = AllocationLine.objects.get(facility=allocating.second)
    page = planner.page(address)
    assert "Send in" in page
    assert "fewer than asked" in page
    saved = planner.client.post(
        f"{address}edit/{line.pk}/", {f"quantity-{line.pk}": "6 packs", f"reason-{line.pk}": ""}
    )
    assert "Say why" in saved.content.decode()
    typed = {f"quantity-{line.pk}": "6 packs", f"reason-{line.pk}": "two boxes are there"}
    saved = planner.client.post(f"{address}edit/{line.pk}/", typed)
    assert "Kept" in saved.content.decode()
    assert allocating.pieces(line.plan_id, allocating.second) == 60
    assert "Decided by hand" in planner.page(f"{address}edit/")
    assert "Decided by hand" in planner.page(f"{address}lines/{line.pk}/")
    what_if = planner.page(f"{address}what-if/?supply_percent=50&horizon_months=3")
    assert "lines would be other" in what_if
    assert "no more than" in planner.refused(f"{address}lines/{line.pk}/", {}, least=20, most=10)
    again = planner.send(f"{address}rework/", planner.form(address), supply_percent=100)
    assert again == address
    planner.send(f"{address}step/submit/", planner.form(address))
    assert "somebody else has to decide" in planner.page(address)
    allocating.orders.stock.adjust(allocating.store, "lost", note="a leak", A=10)
    page = approver.page(address)
    assert "Stock has changed since this plan was worked out." in page
    seen = re.search(r'name="changes_seen" value="(\w+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert seen is not None
    assert version is not None
    approver.send(f"{address}approve/", approver.form(address), version=version[1], changes_seen=seen[1])
    assert AllocationPlan.objects.get().state == "approved"
    assert "2 orders came of it" in approver.page(address)
    (row,) = [row for row in approver.sheet(address) if row[1] == allocating.second.code]
    assert 60 in row
    assert "average use" in row
    paper = approver.client.get(f"{address}print/?paper=a4")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    chinese = Desk(allocating.approver, "zh-hans")
    for path in ("", "map/", "what-if/", f"lines/{line.pk}/"):
        chinese.page(f"{address}{path}")
    assert "手工定的" in chinese.page(address)


def test_through_the_api(allocating: AllocatingCounty) -> None:
    planner, approver = (Desk(person).client for person in (allocating.planner, allocating.approver))
    root = "/api/planning/allocations"
    asked = {"command_id": str(a_command()), "givers": [allocating.warehouse.code], "area_floor_months": "0.5"}
    drawn = planner.post(f"{root}/draw", asked, "application/json")
    assert drawn.status_code == 201
    assert planner.post(f"{root}/draw", asked, "application/json").status_code == 200
    plan = drawn.json()["id"]
    unknown = planner.post(
        f"{root}/draw", asked | {"command_id": str(a_command()), "products": ["none"]}, "application/json"
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "products-0")
    huge = planner.post(
        f"{root}/draw", asked | {"command_id": str(a_command()), "floor_months": "1e400"}, "application/json"
    )
    assert huge.status_code == 422
    said = {"command_id": str(a_command())}
    assert planner.post(f"{root}/{plan}/submission", said, "application/json").status_code == 201
    whole = approver.get(f"{root}/{plan}").json()
    assert sum(line["pieces"] for line in whole["lines"]) == 400
    assert {line["need_from"] for line in whole["lines"]} == {"use"}
    decision = said | {"version": whole["version"], "changes_seen": whole["changes_seen"]}
    own = planner.post(f"{root}/{plan}/approval", decision | {"command_id": str(a_command())}, "application/json")
    assert (own.status_code, own.json()["errors"][0]["code"]) == (422, "own_plan")
    decision["command_id"] = str(a_command())
    assert approver.post(f"{root}/{plan}/approval", decision, "application/json").status_code == 201
    assert approver.get(f"{root}?state=approved").json()["total"] == 1


def test_what_has_changed_stands_in_the_order_of_the_lines(allocating: AllocatingCounty) -> None:
    plan = AllocationPlan.objects.get(pk=allocating.draw().id)
    nothing = since_worked_out(plan, on=TODAY)
    assert (nothing.places_changed, nothing.mark) == ([], "")
    stock, places = allocating.orders.stock, (allocating.store, allocating.second)
    for place, lot in zip(places, ("A", "B"), strict=True):
        stock.adjust(place, "found", note="behind a shelf", **{lot: 10})
    for ordered in (places, places[::-1]):
        for code, place in zip(("Y1", "Y2"), ordered, strict=True):
            Facility.objects.filter(pk=place.pk).update(code=f"{code}-{ordered[0].pk}")
        found = [(one.place, one.now - one.before) for one in since_worked_out(plan, on=TODAY).places_changed]
        assert found == [(place.pk, 10) for place in ordered]


def test_of_a_long_plan_the_page_comes_before_its_sums(
    allocating: AllocatingCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/planning/allocation/{submitted(allocating)}/"
    desk = Desk(allocating.approver)
    whole = desk.page(address)
    monkeypatch.setattr(allocation_lists, "LINES_AT_ONCE", 1)
    page, sums = desk.page(address), desk.client.get(f"{address}?part=sums").content.decode()
    for words in ("What comes of it", 'name="changes_seen"'):
        assert words in whole
        assert words not in page
        assert words in sums
    assert "are being added up" in page
    assert "<html" not in sums
    assert "What comes of it" in desk.page(f"{address}?part=all")


def test_a_long_plan_asks_few_questions(allocating: AllocatingCounty) -> None:
    plan = allocating.draw().id
    desk = Desk(allocating.planner)
    desk.page(f"/planning/allocation/{plan}/")
    with CaptureQueriesContext(connection) as asked:
        desk.page(f"/planning/allocation/{plan}/")
    assert len(asked) <= 20
    paper = printed(desk.client, f"/planning/allocation/{plan}/print/", paper="a5")
    assert not [word for word in ("Months after", "Why", "Gets") if word not in paper]
