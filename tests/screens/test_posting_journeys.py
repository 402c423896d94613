"""The verbs of the ledger in a real browser: by keyboard and scanner alone, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_dispenser, a_storekeeper, kept_by_one
from tests.processes import Server
from tests.screens.browser import PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.stock.models import Event
from zhixuan.rules.stock.ledger import EventKind

pytestmark = pytest.mark.browser

GTIN = "06901234567892"
LANGUAGES = ("zh-CN", pytest.param("en", marks=pytest.mark.full))
"""Whole stories are told in Chinese by day and in English too in the full run; other tests hold what both say."""
Opened = AbstractContextManager[tuple[Page, Trouble]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread; the databases of the tests are used there all the same."""
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    """In the store 200 pieces of lot A; in the warehouse a lot that expires soon and one that does not."""
    made = a_stocked_county(A=200)
    kept_by_one(made.warehouse)
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    soon = timezone.localdate() + timedelta(days=20)
    made.stock(made.warehouse, "SOON", 100, expires=soon)
    made.stock(made.warehouse, "LATER", 500)
    return made


@pytest.fixture
def open_as(browser: Browser, server: Server, county: StockedCounty) -> Callable[..., Opened]:
    """A page of somebody who is signed in; paths are relative to the server."""

    return partial(page_as, browser, server)


def go(page: Page, server: Server, name: str, **query: Any) -> None:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"{server.url}{reverse(name)}?{asked}")
    page.wait_for_load_state("networkidle")


def assert_fine(page: Page, trouble: Trouble) -> None:
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


def press_until(page: Page, wanted: str) -> None:
    """Tab on until what is focused matches the selector."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def proof(page: Page) -> str:
    """The slip's number from the large green proof."""
    expect(page.locator(".done-number")).to_be_visible()
    return page.locator(".done-number strong").inner_text()


def scan(page: Page, number: str, expires: str = "300600") -> None:
    """What a scanner types: item, expiry (day 00: the end of the month), lot, and Enter."""
    page.keyboard.type(f"(01){GTIN}(17){expires}(10){number}")
    page.keyboard.press("Enter")


def test_a_refusal_a_lost_session_and_a_closed_tab_cost_nothing(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    keeper = a_storekeeper(county.store)
    with open_as(keeper, language="zh-CN") as (page, _trouble):
        go(page, server, "stock:receive")
        page.locator("#id_reference").fill("合同 7 号")
        page.locator("input#id_lines-0-item").click()
        scan(page, "KEPT")
        expect(page.locator("#id_lines-0-pieces")).to_have_value("1")
        page.locator("#id_lines-0-pieces").fill("")
        page.get_by_role("button", name="入库").click()
        expect(page.locator(".invalid-feedback").first).to_be_visible()
        expect(page.locator("#id_lines-0-lot_number")).to_have_value("KEPT")
        page.locator("#id_lines-0-pieces").fill("12")
        page.context.clear_cookies(name="zhixuan_session")
        page.get_by_role("button", name="入库").click()
        page.wait_for_url("**/login/**")
        client = Client()
        client.force_login(keeper)
        session = client.cookies["zhixuan_session"].value
        page.context.add_cookies([{"name": "zhixuan_session", "value": session, "url": server.url}])
        go(page, server, "stock:receive")
        expect(page.locator("[data-draft-notice]")).to_be_visible()
        expect(page.locator("#id_reference")).to_have_value("合同 7 号")
        expect(page.locator("#id_lines-0-lot_number")).to_have_value("KEPT")
        expect(page.locator("#id_lines-0-pieces")).to_have_value("12")
        page.get_by_role("button", name="入库").click()
        proof(page)
        go(page, server, "stock:receive")
        expect(page.locator("[data-draft-notice]")).to_be_hidden()
        expect(page.locator("#id_reference")).to_have_value("")
    assert pieces_at(county.store, "KEPT") == 120


def test_two_tabs_and_the_back_button_give_one_document(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store)) as (page, _trouble):
        go(page, server, "stock:receive")
        page.locator("input#id_lines-0-item").click()
        scan(page, "ONCE")
        expect(page.locator("#id_lines-0-pieces")).to_have_value("1")
        page.locator("#id_lines-0-pieces").fill("12")
        page.locator("#id_reference").fill("HT 8")
        page.wait_for_timeout(500)
        other = page.context.new_page()
        go(other, server, "stock:receive")
        expect(other.locator("#id_lines-0-pieces")).to_have_value("12")
        page.get_by_role("button", name="Take in").dblclick()
        number = proof(page)
        other.get_by_role("button", name="Take in").click()
        assert proof(other) == number
        page.go_back()
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Take in").click()
        page.wait_for_load_state("networkidle")
        assert page.locator(".done-number").count() == 0
    assert pieces_at(county.store, "ONCE") == 120
    assert Event.objects.filter(movements__lot__number="ONCE").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lots_of_a_transfer_are_explained_before_it_is_sent(
    language: str, open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    taken, passed, send = {
        "en": ("Taken", "Passed over: expires too soon for the receiver", "Send"),
        "zh-CN": ("选用", "跳过：效期不足", "发出"),
    }[language]
    with open_as(a_storekeeper(county.warehouse), language=language, dark=language == "en") as (page, trouble):
        go(page, server, "stock:send")
        page.locator("input#id_lines-0-product").click()
        page.keyboard.type("condom")
        page.keyboard.press("Enter")
        page.locator("#id_lines-0-pieces").fill("120")
        page.locator("#id_lines-0-pieces").press("Tab")
        rows = page.locator("#proposal tbody tr")
        expect(rows.nth(0)).to_contain_text(passed)
        expect(rows.nth(1)).to_contain_text(taken)
        assert_fine(page, trouble)
        assert not Event.objects.filter(kind=EventKind.TRANSFER_OUT).exists()
        page.locator(".by-hand input").check()
        expect(page.locator(".by-hand-reason input")).to_be_visible()
        page.locator(".by-hand input").uncheck()
        page.get_by_role("button", name=send, exact=True).click()
        proof(page)
        assert_fine(page, trouble)
    assert pieces_at(county.store, kind="transit") == 120
    assert pieces_at(county.warehouse, "SOON") == 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_goods_go_back_and_the_slip_can_be_printed(
    language: str, open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    back, paper = {"en": ("Send back", "Print"), "zh-CN": ("退回", "打印")}[language]
    with open_as(a_storekeeper(county.store), language=language) as (page, trouble):
        go(page, server, "stock:return", product=county.condom.pk)
        page.locator("#id_lines-0-pieces").fill("50")
        page.locator("#id_note").fill("召回 recalled")
        page.get_by_role("button", name=back, exact=True).click()
        proof(page)
        address = page.get_by_role("link", name=paper).first.get_attribute("href")
        printed = page.request.get(f"{server.url}{address}")
        assert printed.body().startswith(b"%PDF")
        assert_fine(page, trouble)
    assert pieces_at(county.warehouse, kind="transit") == 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counter_on_a_phone(
    language: str, open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    give, nobody = {"en": ("Give out", "Nobody is asked"), "zh-CN": ("发放", "不问领取者是谁")}[language]
    with open_as(a_dispenser(county.store), language=language, size=PHONE) as (page, trouble):
        go(page, server, "stock:dispense")
        expect(page.locator(".counter-promise")).to_contain_text(nobody)
        tile = page.locator(".tile").first
        expect(tile).to_contain_text("200")
        tile.locator("[data-amount='20']").tap()
        tile.locator("[data-step='10']").tap()
        expect(tile.locator("input")).to_have_value("30")
        expect(page.locator("[data-tally-count]")).to_have_text("1")
        assert_fine(page, trouble)
        button = page.locator("main").get_by_role("button", name=give)
        button.dblclick()
        proof(page)
        expect(page.locator(".tile").first).to_contain_text("170")
        expect(page.locator(".tile").first.locator("input")).to_have_value("")
        assert_fine(page, trouble)
    assert Event.objects.filter(kind=EventKind.DISPENSING).count() == 1
    assert pieces_at(county.store) == 170


@pytest.mark.parametrize("language", LANGUAGES)
def test_damaged_pieces_are_written_off(
    language: str, open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    damaged, correct = {"en": ("Damaged", "Correct the stock"), "zh-CN": ("损坏", "调整库存")}[language]
    with open_as(a_storekeeper(county.store), language=language, dark=True) as (page, trouble):
        go(page, server, "stock:adjust")
        assert_fine(page, trouble)
        page.locator(".reasons a", has_text=damaged).first.click()
        page.locator("input#id_lines-0-lot").click()
        page.keyboard.press("Enter")
        page.locator("#id_lines-0-pieces").fill("5")
        expect(page.locator("[data-note=at-hand]").first).to_contain_text("200")
        assert_fine(page, trouble)
        page.get_by_role("button", name=correct).click()
        proof(page)
    assert pieces_at(county.store) == 195


def test_without_script_a_delivery_can_still_be_taken_in(
    browser: Browser, server: Server, county: StockedCounty
) -> None:
    client = Client()
    client.force_login(a_storekeeper(county.store))
    context = browser.new_context(java_script_enabled=False, locale="en")
    session = client.cookies["zhixuan_session"].value
    context.add_cookies([{"name": "zhixuan_session", "value": session, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}{reverse('stock:receive')}")
    page.locator("#id_lines-1-item").select_option(str(county.box.pk))
    page.locator("#id_lines-1-lot_number").fill("PLAIN")
    page.locator("#id_lines-1-expires_on").fill("2031-05")
    page.locator("#id_lines-1-pieces").fill("4")
    page.locator("#id_lines-1-unit").select_option("pack")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".done-number")).to_be_visible()
    context.close()
    assert pieces_at(county.store, "PLAIN") == 40
