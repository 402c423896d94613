"""A plan against what came of it, and two of its versions side by side."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, days
from zhixuan.modules.accounts.models import User
from zhixuan.modules.planning.models import DemandLine, DemandPlan
from zhixuan.modules.planning.operations.change_demand_lines import LineChange, change_demand_lines
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.modules.planning.queries import fulfilment, versions
from zhixuan.modules.stock.queries import year_flows
from zhixuan.rules.planning.steps import Verb
from zhixuan.shared.access import Role

FIRST = date(TODAY.year, 1, 1)


@pytest.fixture
def officer(county: OrderingCounty) -> User:
    return a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)


def step(plan: int, verb: Verb, person: User, note: str = "", at: datetime = NOW) -> None:
    said = {"actor": an_actor(person), "command_id": a_command(), "at": at}
    take_demand_step(plan_id=plan, verb=verb, note=note, **said)  # type: ignore[arg-type]


def an_approved_plan(county: OrderingCounty, officer: User) -> int:
    """4,100 sent in, returned, 2,000 sent in again and approved; of this year."""
    network = county.stock.network
    said = {"actor": an_actor(officer), "at": NOW}
    plan = draw_demand(area_id=network.township.pk, year=TODAY.year, on=TODAY, command_id=a_command(), **said).id  # type: ignore[arg-type]
    decider = a_person(Role.TOWNSHIP_OFFICER, network.county, name="Decider")
    step(plan, Verb.SUBMIT, officer)
    step(plan, Verb.RETURN, decider, "half is enough")
    line = DemandLine.objects.get(plan=plan, facility=county.stock.store)
    change_demand_lines(plan_id=plan, changes=[LineChange(line.pk, 2000, "half")], **said)  # type: ignore[arg-type]
    step(plan, Verb.SUBMIT, officer, "halved")
    step(plan, Verb.APPROVE, decider)
    return plan


def test_what_stays_is_counted_once(county: OrderingCounty) -> None:
    stock, village = county.stock, county.village
    stock.take_all_in(stock.send(stock.warehouse, stock.store, stock.want(500), on=days(-5)), on=days(-4))
    stock.take_all_in(stock.send(stock.store, village, stock.want(200), on=days(-3)), on=days(-3))
    stock.send(stock.store, village, stock.want(30), on=days(-2))
    stock.take_all_in(stock.give_back(village, stock.store, stock.want(20), on=days(-2)), on=days(-1))
    undone = stock.send(stock.store, village, stock.want(40), on=days(-1))
    stock.reverse(undone)
    stock.reverse(stock.dispense(village, stock.want(10)))
    found = year_flows.flows([stock.store.pk, village.pk], first=FIRST, last=TODAY)
    store, cabinet = found[stock.store.pk, stock.condom.pk], found[village.pk, stock.condom.pk]
    assert (store.received, store.passed_on, store.dispensed) == (1000 + 500 + 20, 230, 900)
    assert (cabinet.received, cabinet.passed_on, cabinet.dispensed) == (200, 20, 0)
    later = year_flows.flows([stock.store.pk], first=days(-5), last=TODAY)
    assert later[stock.store.pk, stock.condom.pk].received == 520


def test_a_line_and_its_product(county: OrderingCounty, officer: User) -> None:
    plan = DemandPlan.objects.get(pk=an_approved_plan(county, officer))
    with CaptureQueriesContext(connection) as asked:
        rows = fulfilment.rows_of(plan, today=TODAY)
    assert len(asked) <= 7
    one = next(row for row in rows if row.facility == county.stock.store).figures
    assert (one.first, one.approved, one.need, one.delivered, one.used) == (4100, 2000, 3600, 1000, 900)
    assert (one.delivered_share, one.used_share) == (0.5, 0.25)
    (product,) = fulfilment.by_product(rows)
    assert product.figures.delivered == 1000
    DemandPlan.objects.update(state="returned")
    plan.refresh_from_db()
    assert all(row.figures.delivered_share is None for row in fulfilment.rows_of(plan, today=TODAY))


def test_versions_say_what_differs_first(county: OrderingCounty, officer: User) -> None:
    plan = an_approved_plan(county, officer)
    first, second = versions.versions_of(plan)
    assert first.answer is not None
    assert (first.answer.note, second.sent.note) == ("half is enough", "halved")
    pairs = versions.compared(plan, first, second)
    assert (pairs[0].facility, pairs[0].before, pairs[0].after) == (county.stock.store, 4100, 2000)
    assert pairs[0].change == -2100
    assert all(pair.change == 0 for pair in pairs[1:])


def test_the_pages(county: OrderingCounty, officer: User) -> None:
    plan = an_approved_plan(county, officer)
    for language, words in (
        ("en", ("Plan and what came of it", "From the books of", "1 line differs", "half is enough", "Decider")),
        ("zh-hans", ("计划执行情况", "个月已过", "1 行不同", "half is enough", "Decider")),
    ):
        desk = Desk(officer, language)
        address = f"/planning/demand/{plan}/"
        html = "".join(
            desk.page(f"{address}{page}") for page in ("", "carried-out/", "carried-out/products/", "versions/")
        )
        assert not [word for word in words if word not in html]
    desk = Desk(officer)
    assert [*desk.sheet(f"{address}carried-out/products/?sort=-delivered_share")[0][3:8]] == [2000, 1000, 0, 1000, 50]
    assert desk.sheet(f"{address}carried-out/?behind=1&q=store a&sort=-used")[0][4] == 2000
    assert desk.sheet(f"{address}versions/?before=1&after=2&differs=1")[0][3:6] == (4100, 2000, -2100)
    assert desk.sheet(f"{address}versions/?before=2&after=2&differs=1") == []
    assert desk.page(f"{address}versions/?before=9&after=x")
