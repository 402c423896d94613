"""A township draws a plan up, edits it as a spreadsheet, sends it in; the county returns it; mended, it is approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.builders import TODAY, a_person
from tests.order_builders import NEWEST, years_of_books
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import StockedCounty, a_stocked_county, days
from zhixuan.config.wiring import JOBS
from zhixuan.modules.accounts.models import User
from zhixuan.modules.planning.models import DemandLine, DemandPlan, ServiceChoice
from zhixuan.shared.access import Role
from zhixuan.shared.worker import Worker

pytestmark = pytest.mark.browser
Opened = AbstractContextManager[tuple[Page, Trouble]]
YEAR = TODAY.year + 1
BESIDE_THE_PLAN = ("cost/", "cost/products/", "versions/", "carried-out/", "../prices/", "../budgets/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread; the databases of the tests are used there all the same."""
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    """The township store gives out 100 of a thing a month."""
    county = a_stocked_county()
    county.stock(county.store, "A", 1000, on=days(-200))
    for back in (95, 65, 35):
        county.dispense(county.store, county.want(100), on=days(-back))
    return county


@pytest.fixture
def open_as(browser: Browser, server: Server) -> Callable[..., Opened]:
    """A page of somebody who is signed in."""

    def opened(user: User, *, language: str = "en", size: tuple[int, int] = DESKTOP) -> Opened:
        return page_as(browser, server, user, language=language, size=size)

    return opened


def fine(page: Page, trouble: Trouble) -> None:
    page.wait_for_load_state("networkidle")
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


def cell(page: Page, field: str) -> Locator:
    return page.locator(f'.tabulator-row .tabulator-cell[tabulator-field="{field}"]').first


def test_from_drafting_to_approval(open_as: Callable[..., Opened], server: Server, county: StockedCounty) -> None:
    planner = a_person(Role.TOWNSHIP_OFFICER, county.network.township)
    decider = a_person(Role.TOWNSHIP_OFFICER, county.network.county)
    with open_as(planner) as (page, trouble):
        page.goto(f"{server.url}/planning/")
        fine(page, trouble)
        page.locator(".task", has_text="no plan").click()
        page.get_by_role("button", name="Draft the plan").click()
        page.wait_for_url("**/planning/demand/*/")
        address = page.url
        fine(page, trouble)
        page.get_by_role("link", name="Spreadsheet").click()
        page.locator("[data-plan-grid][data-ready]").wait_for()
        status = page.locator("#plan-grid-status")
        _is_heard(page)
        cell(page, "pieces").click()
        page.keyboard.type("2000")
        page.keyboard.press("Enter")
        expect(status).to_contain_text("not saved")
        page.locator("#plan-grid-reason").fill("a new estate")
        page.locator("#plan-grid-reason").press("Tab")
        expect(status).to_have_text("1 lines saved.")
        line = DemandLine.objects.get(reason="a new estate")
        assert line.pieces == 2000
        cell(page, "pieces").click()
        page.keyboard.press("Control+z")
        expect(cell(page, "pieces")).to_have_text(f"{line.proposed:,}")
        expect(status).to_have_text("1 lines saved.")
        page.keyboard.press("Control+y")
        expect(cell(page, "pieces")).to_have_text("2,000")
        expect(status).to_have_text("1 lines saved.")
        fine(page, trouble)
        page.goto(address)
        _send_in(page)
        fine(page, trouble)
    assert DemandPlan.objects.get().state == "submitted"
    with open_as(decider, language="zh-CN", size=PHONE) as (page, trouble):
        page.goto(address)
        page.get_by_text("对整个计划提意见").first.click()
        page.locator("#id_text").fill("新小区有多少人？")
        page.get_by_role("button", name="对整个计划提意见").click()
        page.locator("article", has_text="新小区有多少人").wait_for()
        fine(page, trouble)
        page.goto(address)
        page.locator("#plan-note").fill("写明新小区的人数")
        with page.expect_navigation():
            page.get_by_role("button", name="退回").click()
        fine(page, trouble)
    with open_as(planner) as (page, trouble):
        page.goto(f"{address}lines/{line.pk}/")
        page.locator("[name=users]").fill("20")
        page.locator("[name=source]").fill("survey of supply")
        with page.expect_navigation():
            page.get_by_role("button", name="Keep the number").click()
        page.goto(address)
        _send_in(page)
    with open_as(decider, language="zh-CN", size=PHONE) as (page, trouble):
        page.goto(address)
        page.get_by_label("还有 1 条意见未办结，仍然批准").check()
        page.get_by_role("button", name="批准").click()
        page.locator(".badge", has_text="已批准").first.wait_for()
        answer = page.request.get(f"{address}print/?paper=a4")
        assert answer.headers["content-type"] == "application/pdf"
        fine(page, trouble)
    assert DemandPlan.objects.get().state == "approved"
    line.refresh_from_db()
    assert line.pieces == 2000
    with open_as(decider, language="zh-CN", size=PHONE) as (page, trouble):
        for path in BESIDE_THE_PLAN:
            page.goto(f"{address}{path}")
            fine(page, trouble)


def test_policies_are_tried_and_a_level_is_chosen(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, tmp_path: Path
) -> None:
    years_of_books(county)
    officer = a_person(Role.STATION_OFFICER, county.network.county)
    with open_as(officer) as (page, trouble):
        page.goto(f"{server.url}/planning/policies/new/")
        page.get_by_role("button", name="Later").click()
        page.goto(f"{server.url}/planning/policies/new/")
        page.locator("#id_since").fill(str(NEWEST.plus(-11)))
        page.locator("#id_until").fill(str(NEWEST))
        fine(page, trouble)
        page.get_by_role("button", name="Try them").click()
        page.wait_for_url(re.compile(r"/planning/policies/\d+/"))
        expect(page.locator("#progress")).to_contain_text("Waiting for its turn")
        Worker(handlers=JOBS, periodic=(), pulse_file=tmp_path / "pulse").run(until_idle=True)
        page.locator("[data-chart] canvas, [data-chart] svg").first.wait_for(timeout=60_000)
        fine(page, trouble)
        page.get_by_role("radio").nth(-1).check()
        page.get_by_role("button", name="Choose it").click()
        expect(page.locator(".invalid-feedback").first).to_be_visible()
        trouble.lines.clear()  # the refusal is a 422
        page.locator("#id_note").fill("the mountain places are far away")
        page.get_by_role("button", name="Choose it").click()
        expect(page.get_by_text("the mountain places are far away")).to_be_visible()
        fine(page, trouble)
        address = page.url
    choice = ServiceChoice.objects.get()
    assert (choice.note, choice.chosen_by) == ("the mountain places are far away", officer.pk)
    with open_as(officer, language="zh-CN", size=PHONE) as (page, trouble):
        page.goto(address)
        page.get_by_role("button", name="以后再说").click()
        page.goto(address)
        page.locator("[data-chart] canvas, [data-chart] svg").first.wait_for()
        fine(page, trouble)


def _is_heard(page: Page) -> None:
    """A screen reader finds a grid with rows and columns counted, and hears the cell that the arrows reach."""
    grid = page.get_by_role("grid", name="Lines of the plan")
    expect(grid).to_have_attribute("aria-rowcount", str(DemandLine.objects.count() + 1))
    expect(grid.get_by_role("columnheader", name="Planned quantity")).to_have_attribute("aria-colindex", "5")
    expect(cell(page, "pieces")).to_have_attribute("aria-readonly", "false")
    expect(cell(page, "proposed")).to_have_attribute("aria-readonly", "true")
    place = cell(page, "place").inner_text()
    spoken = page.locator("#plan-grid-spoken")
    cell(page, "proposed").click()
    expect(spoken).to_contain_text(f"{place}, ")
    page.keyboard.press("ArrowRight")
    expect(spoken).to_have_text(f"Planned quantity: {cell(page, 'pieces').inner_text()}.")
    assert not serious_findings(page)


def _send_in(page: Page) -> None:
    """Press, and say yes to the question."""
    page.get_by_role("button", name="Send in").first.click()
    with page.expect_navigation():
        page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger").click()
    page.wait_for_load_state("networkidle")
