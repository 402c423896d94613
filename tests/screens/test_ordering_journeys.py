"""A village asks on a phone, the township cuts and sends, the village receives short, both agree: in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_facility, a_person, an_area
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import StockedCounty, a_stocked_county, days, pieces_at
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.queries import progress
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.orders.steps import State
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

pytestmark = pytest.mark.browser
Opened = AbstractContextManager[tuple[Page, Trouble]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread; the databases of the tests are used there all the same."""
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    """1,000 pieces at the township store."""
    return a_stocked_county(A=1000)


@pytest.fixture
def village(county: StockedCounty) -> Facility:
    """A cabinet that gives out 100 a month and has 30 left."""
    place = an_area("420116100200", Area.Level.VILLAGE, parent=county.network.township, name_en="Village A")
    kinds = {"kind": Facility.Kind.VILLAGE_CABINET, "level": Area.Level.VILLAGE}
    cabinet = a_facility(place, "VA", supplied_by=county.store, name="Cabinet A", **kinds)
    open_places([cabinet.pk])
    county.stock(cabinet, "V", 330, on=days(-130))
    for back in (90, 60, 30):
        county.dispense(cabinet, county.want(100), on=days(-back))
    return cabinet


@pytest.fixture
def open_as(browser: Browser, server: Server) -> Callable[..., Opened]:
    """A page of somebody who is signed in."""

    return partial(page_as, browser, server)


WORDS = {
    "en": {
        "as_suggested": "Ask for what is suggested",
        "review": "Review the lines",
        "approve": "Approve",
        "send_out": "Send out",
        "draw": "Draw the issue document",
        "accept": "The sender accepts the loss",
        "say": "Say it",
        "agreed": "Both sides agree",
        "received": "All received",
    },
    "zh-CN": {
        "as_suggested": "按建议量请领",
        "review": "逐行审核",
        "approve": "批准",
        "send_out": "发货",
        "draw": "开出库单",
        "accept": "发货方认可损失",
        "say": "提交意见",
        "agreed": "双方一致",
        "received": "已全部收到",
    },
}


def fine(page: Page, trouble: Trouble) -> None:
    page.wait_for_load_state("networkidle")
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.full)])
def test_from_asking_to_agreeing(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, village: Facility, language: str
) -> None:
    says = WORDS[language]
    dispenser, keeper = a_person(Role.DISPENSER, village), a_person(Role.STOREKEEPER, county.store)
    # Three taps: home, ask, as suggested. Two tabs and two clicks are one order.
    with open_as(dispenser, language=language, size=PHONE) as (page, trouble):
        page.goto(server.url)
        page.locator("a.way[href='/orders/ask/']").click()
        fine(page, trouble)
        second = page.context.new_page()
        second.goto(f"{server.url}/orders/ask/")
        page.get_by_role("button", name=says["as_suggested"]).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        second.get_by_role("button", name=says["as_suggested"]).click()
        second.wait_for_url("**/orders/*/")
        second.close()
        fine(page, trouble)
    order = Order.objects.get()
    (line,) = order.lines.all()
    assert (order.stage, line.asked) == (State.SUBMITTED, 70)

    with open_as(keeper, language=language, size=DESKTOP) as (page, trouble):
        page.goto(f"{server.url}/orders/{order.pk}/")
        page.get_by_role("link", name=says["review"]).click()
        quantity = page.locator(f"#quantity-{line.product_id}")
        quantity.fill("50")
        with page.expect_response("**/review/*/"):
            quantity.press("Tab")
        with page.expect_response("**/review/*/"):
            page.locator(f"#reason-{line.product_id}").fill("others need some too")
            page.keyboard.press("Tab")
        fine(page, trouble)
        page.get_by_role("button", name=says["approve"]).click()
        page.get_by_role("link", name=says["send_out"]).click()
        fine(page, trouble)
        page.get_by_role("button", name=says["draw"]).click()
        page.wait_for_url("**/documents/*/")
        checked_by_the_other_keeper(county, int(page.url.rstrip("/").rpartition("/")[2]))
        page.reload()
        page.locator("form[action$='/send/'] button[type=submit]").click()
        expect(page.locator(".done-number")).to_be_visible()
    assert progress.states_of([order_again()])[order.pk] == State.SENT

    with open_as(dispenser, language=language, size=PHONE) as (page, trouble):
        page.goto(f"{server.url}/orders/on-the-way/")
        fine(page, trouble)
        page.locator("main a[href$='/receive/']").first.click()
        page.locator("input[name$='-accepted']").fill("45")
        page.locator("input[name$='-missing']").fill("5")
        page.locator("[name=note]").fill("five short")
        page.locator("main form[method=post] button[type=submit].btn-primary").click()
        expect(page.locator(".done-number")).to_be_visible()
    assert pieces_at(village) == 75

    with open_as(keeper, language=language, size=DESKTOP) as (page, trouble):
        page.goto(f"{server.url}/orders/differences/")
        page.locator("td.is-first a").click()
        fine(page, trouble)
        page.get_by_label(says["accept"]).check()
        page.get_by_role("button", name=says["say"]).click()
        expect(page.get_by_text(says["agreed"]).first).to_be_visible()
        page.goto(f"{server.url}/orders/{order.pk}/")
        expect(page.locator(".order-way .is-current")).to_contain_text(says["received"])
        fine(page, trouble)


def checked_by_the_other_keeper(county: StockedCounty, document: int) -> None:
    """The store has two keepers: one draws, the other checks."""
    check_document(
        document_id=document,
        head={check.value: "ok" for check in Check},
        lines={1: {match.value: "ok" for match in Match}},
        actor=county.keeper,
        command_id=new(),
        at=timezone.now(),
    )


def order_again() -> Order:
    return Order.objects.get()
