"""A planner draws an allocation, changes a line by keyboard, asks what if; another approves; the storekeeper has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan

pytestmark = pytest.mark.browser
Opened = AbstractContextManager[tuple[Page, Trouble]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread; the databases of the tests are used there all the same."""
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def allocating(browser: Browser, server: Server) -> AllocatingCounty:
    return an_allocating_county()


@pytest.fixture
def open_as(browser: Browser, server: Server) -> Callable[..., Opened]:
    """A page of somebody who is signed in."""

    return partial(page_as, browser, server)


def fine(page: Page, trouble: Trouble) -> None:
    assert not trouble.lines
    assert not too_wide(page)
    assert not serious_findings(page)


def test_drawn_changed_tried_approved_and_with_the_storekeeper(
    allocating: AllocatingCounty, open_as: Callable[..., Opened], server: Server
) -> None:
    with open_as(allocating.planner, language="en", size=DESKTOP) as (page, trouble):
        page.goto(f"{server.url}/planning/allocation/draw/")
        stores = page.get_by_role("group", name="Stores that give").first
        stores.get_by_role("searchbox").fill("no such store")
        expect(stores.get_by_role("status")).to_contain_text("nothing found")
        stores.get_by_role("searchbox").fill(allocating.warehouse.code.lower())
        stores.get_by_role("searchbox").press("Enter")
        stores.get_by_role("button", name="Choose all shown").click()
        expect(stores.get_by_role("status")).to_contain_text("1 of 2 chosen; 1 shown")
        fine(page, trouble)
        page.get_by_role("button", name="Work it out").click()
        expect(page.get_by_text("fewer than asked").first).to_be_visible()
        fine(page, trouble)
        plan = AllocationPlan.objects.get()
        address = f"{server.url}/planning/allocation/{plan.pk}/"

        page.get_by_role("link", name="Change quantities").click()
        line = AllocationLine.objects.get(facility=allocating.second)
        page.locator(f"#quantity-{line.pk}").fill("9 packs")
        page.keyboard.press("Tab")
        expect(page.locator(f"#state-{line.pk}")).to_contain_text("Say why")
        page.keyboard.type("a fair is coming")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#state-{line.pk}")).to_contain_text("Kept")
        assert allocating.pieces(plan.pk, allocating.second) == 90
        fine(page, trouble)

        page.goto(f"{address}what-if/")
        page.get_by_label("Share of the stock to give out, percent").fill("50")
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_role("heading", name="lines would be other")).to_be_visible()
        fine(page, trouble)
        assert allocating.pieces(plan.pk, allocating.second) == 90

        page.goto(address)
        page.get_by_text("Work it out again").first.click()
        page.get_by_role("button", name="Work it out again").click()
        expect(page.get_by_text("worked out again from the stock of today")).to_be_visible()
        page.get_by_role("button", name="Send in").click()
        page.locator("dialog[open] button.btn-primary").click()
        expect(page.get_by_text("another person decides on it")).to_be_visible()

    with open_as(allocating.approver, language="zh-CN", size=PHONE) as (page, trouble):
        page.goto(f"{server.url}/planning/allocation/draw/")
        fine(page, trouble)
        page.goto(address)
        fine(page, trouble)
        page.get_by_role("button", name="批准").click()
        expect(page.get_by_text("生成了 2 张调拨单")).to_be_visible()

    with open_as(allocating.orders.answerer, language="en", size=PHONE) as (page, trouble):
        page.goto(f"{server.url}/documents/")
        expect(page.get_by_text(allocating.second.name_en).first).to_be_visible()
        page.goto(f"{server.url}/orders/to-answer/")
        expect(page.get_by_text(allocating.second.name_en).first).to_be_visible()
        fine(page, trouble)
