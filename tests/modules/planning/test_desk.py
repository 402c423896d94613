"""The planner's desk and the places-by-products table."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.urls import reverse

from tests.allocation_builders import an_allocating_county
from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.modules.planning.queries import desk
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.planning.steps import Verb
from zhixuan.shared.access import Actor, Role

YEAR = TODAY.year + 1


def test_what_waits_is_counted(county: OrderingCounty) -> None:
    township, above = county.stock.network.township, an_actor(county.officer)
    planner = an_actor(a_person(Role.TOWNSHIP_OFFICER, township))
    assert desk.waiting(planner, today=TODAY).to_draw == 1
    said: dict[str, Any] = {"actor": planner, "at": NOW}
    plan = draw_demand(area_id=township.pk, year=YEAR, on=TODAY, command_id=a_command(), **said).id
    found = desk.waiting(planner, today=TODAY)
    assert (found.to_draw, found.to_send_in, found.to_decide) == (0, 1, 0)
    take_demand_step(plan_id=plan, verb=Verb.SUBMIT, command_id=a_command(), **said)
    assert desk.waiting(planner, today=TODAY).to_decide == 0
    assert desk.waiting(above, today=TODAY).to_decide == 1
    assert sum(desk.waiting(above, today=TODAY).statuses.values()) == 2
    assert desk.waiting(county.stock.stranger, today=TODAY).statuses.total() == 0


def test_allocation_plans_wait_for_another_person(county: OrderingCounty) -> None:
    allocating = an_allocating_county(county)
    other = an_actor(allocating.approver)

    def waits(actor: Actor) -> tuple[int, int, int]:
        found = desk.waiting(actor, today=TODAY)
        return found.allocations_to_send_in, found.allocations_returned, found.allocations_to_decide

    plan = allocating.draw().id
    assert waits(allocating.actor) == waits(other) == (1, 0, 0)
    allocating.take(plan, AllocationVerb.SUBMIT)
    assert (waits(allocating.actor), waits(other)) == ((0, 0, 0), (0, 0, 1))
    assert waits(an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))) == (0, 0, 0)
    assert waits(an_actor(a_person(Role.AUDITOR, county.stock.network.county))) == (0, 0, 0)
    assert waits(county.stock.stranger) == (0, 0, 0)
    assert "allocation plan waits for your decision" in Desk(allocating.approver).page("/planning/")
    allocating.by(other).take(plan, AllocationVerb.RETURN, "too much for one")
    assert (waits(allocating.actor), waits(other)) == ((0, 1, 0), (0, 1, 0))
    allocating.by(other).change(plan, allocating.second, 0, "none needed")
    allocating.take(plan, AllocationVerb.SUBMIT)
    assert waits(other) == (0, 0, 0)


def test_the_menu_marks_the_nearest_entry_only(county: OrderingCounty) -> None:
    one = Desk(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county))
    marked = re.compile(r'href="([^"]+)"[^>]* aria-current="page"')
    for page, entry in {
        "/planning/": "/planning/",
        "/planning/matrix/": "/planning/",
        "/planning/demand/sums/": "/planning/demand/",
        "/planning/allocation/draw/": "/planning/allocation/",
    }.items():
        html = one.page(page)
        menu = html[html.index('id="navigation"') :]
        assert marked.findall(menu[: menu.index("</nav>")]) == [entry], page


def test_the_calendar_has_its_source() -> None:
    days = desk.calendar(2027)
    assert (days["draw"].begins, days["draw"].ends) == (date(2026, 7, 1), date(2026, 9, 30))
    assert days["draw"].is_now(date(2026, 9, 30))
    assert days["draw"].is_late(date(2026, 10, 1))
    assert all(one.source_zh and one.source_en for one in days.values())


def test_pages_show_months_in_words_and_open_the_card(county: OrderingCounty) -> None:
    person = a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county)
    for language, word in (("en", "No use recorded"), ("zh-hans", "无动销")):
        one = Desk(person, language)
        html = one.page("/planning/matrix/")
        assert word in html
        assert reverse("stock:card", args=[county.stock.store.pk, county.stock.condom.pk]) in html
        assert one.page("/planning/")
    assert "No place fits" in Desk(person).page("/planning/matrix/?q=nowhere")
