"""A county store where two people take goods in: a township sends back by phone, the county counts by scanner,
draws, checks, posts, prints and settles; and what a double click, another tab or a lost session cost there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_dispenser, a_storekeeper
from tests.papers import text_of
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import cookies_of, page_as
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.documents.models import Document
from zhixuan.modules.orders.models import DifferenceStep
from zhixuan.modules.stock.models import Event, Lot

pytestmark = pytest.mark.browser

GTIN = "06901234567892"
EXPIRES = date(2030, 6, 30)
Opened = AbstractContextManager[tuple[Page, Trouble]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    """In the township store 40 of BACK, in the county's 500 of OLD."""
    made = a_stocked_county()
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    made.stock(made.store, "BACK", 40, expires=EXPIRES)
    made.stock(made.warehouse, "OLD", 500, expires=EXPIRES)
    return made


@pytest.fixture
def open_as(browser: Browser, server: Server, county: StockedCounty) -> Callable[..., Opened]:
    def opened(user: User, *, language: str = "en", size: tuple[int, int] = DESKTOP) -> Opened:
        return page_as(browser, server, user, language=language, size=size)

    return opened


def go(page: Page, server: Server, name: str, *args: Any) -> None:
    page.goto(f"{server.url}{reverse(name, args=args)}")
    page.wait_for_load_state("networkidle")


def assert_fine(page: Page, trouble: Trouble) -> None:
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


def scan(page: Page, number: str, expires: str = "300600") -> None:
    page.keyboard.type(f"(01){GTIN}(17){expires}(10){number}")
    page.keyboard.press("Enter")


def choose(page: Page, words: str, pieces: str) -> None:
    page.locator("input#id_lines-0-product").click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.locator("#id_lines-0-pieces").fill(pieces)


def sent_back(county: StockedCounty) -> Event:
    return Event.objects.get(pk=county.give_back(county.store, county.warehouse, county.want(40)).event_id)


def test_sent_back_by_phone_and_taken_in_short_by_two(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    village, keeper = a_dispenser(county.store), a_storekeeper(county.warehouse, name="K")
    checker = a_storekeeper(county.warehouse, name="C")
    with open_as(village, language="zh-CN", size=PHONE) as (page, trouble):
        go(page, server, "documents:draw", "return")
        choose(page, "condom", "40")
        page.get_by_role("button", name="开单", exact=True).click()
        expect(page.locator(".field:has(#id_note) .invalid-feedback")).to_be_visible()
        expect(page.locator("#id_lines-0-pieces")).to_have_value("40")
        page.locator("#id_note").fill("用不完，退回")
        trouble.lines.clear()  # the refusal is a 422
        page.get_by_role("button", name="开单", exact=True).click()
        expect(page.locator(".done-number")).to_be_visible()
        assert_fine(page, trouble)
        page.get_by_role("button", name="发出，货物离库").dblclick()
        expect(page.get_by_text("在途：对方尚未签收")).to_be_visible()
        assert_fine(page, trouble)
    sent = Event.objects.get(kind="return")

    with open_as(keeper) as (page, trouble):
        go(page, server, "stock:transfers")
        page.get_by_role("link", name="Draw a note").click()
        page.wait_for_url("**/arrivals/**")
        page.wait_for_load_state("networkidle")  # the scanner's script is there
        expect(page.locator("[name$=-accepted]")).to_have_value("40")
        for count in ("10", "20", "30"):
            scan(page, "BACK")
            expect(page.locator("[name$=-accepted]")).to_have_value(count)
        expect(page.locator("[data-scanned-note]")).to_have_text("Scanned 30")
        scan(page, "STRANGE")
        expect(page.locator("[data-scan-bad]")).to_contain_text("Lot STRANGE of")
        page.keyboard.press("y")
        expect(page.locator("#id_note")).to_have_value(re.compile("Came, though not on the slip"))
        scan(page, "BACK", "310600")
        expect(page.locator("[data-scan-bad]")).to_contain_text("The expiry in the books stays")
        page.keyboard.press("n")
        expect(page.locator("[name$=-accepted]")).to_have_value("30")
        page.get_by_role("button", name="Draw", exact=True).click()
        expect(page.locator("td .invalid-feedback")).to_contain_text("40 pieces were sent, 30 are accounted for")
        expect(page.locator("[data-scanned-note]")).to_have_text("Scanned 30")
        trouble.lines.clear()
        assert_fine(page, trouble)
        page.locator("[name$=-accepted]").fill("37")
        page.locator("[name$=-damaged]").fill("1")
        page.locator("[name$=-missing]").fill("2")
        page.locator("#id_note").fill("two not in the box, one torn")
        page.get_by_role("button", name="Draw", exact=True).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        assert_fine(page, trouble)
    document = Document.objects.get(kind="receipt")
    assert Lot.objects.get(number="BACK").expires_on == EXPIRES

    with open_as(checker) as (page, trouble):
        go(page, server, "documents:check", document.pk)
        expect(page.locator(".check-line")).to_contain_text("1 damaged, 2 missing")
        page.locator("#code").fill(f"(01){GTIN}(17)300600(10)BACK")
        page.get_by_role("button", name="Match").click()
        expect(page.get_by_text("the code shows")).to_be_visible()
        page.get_by_role("button", name="All seven OK").click()
        expect(page.locator(".check-line .badge").first).to_have_text("OK")
        for check in ("consignee", "day"):
            page.locator(f"#end input[name={check}][value=ok]").check()
        assert_fine(page, trouble)
        page.get_by_role("button", name="End the check").click()
        post = page.get_by_role("button", name="Post: the goods enter the store")
        post.dblclick()
        expect(post).to_have_count(0)
        assert_fine(page, trouble)
        assert_printed(page, server)
    taken_in = Event.objects.get(kind="transfer_in")
    assert (taken_in.answers_id, pieces_at(county.warehouse, "BACK")) == (sent.pk, 37)

    with open_as(village, language="zh-CN", size=PHONE) as (page, trouble):
        go(page, server, "orders:difference", taken_in.pk)
        page.get_by_label("发货方认可损失").check()
        assert_fine(page, trouble)
        page.get_by_role("button", name="提交意见").click()
        expect(page.get_by_text("双方一致").first).to_be_visible()
        assert_fine(page, trouble)
    assert DifferenceStep.objects.count() == 1


def test_no_note_twice_and_nothing_typed_is_lost(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    sent = sent_back(county)
    keeper = a_storekeeper(county.warehouse, name="K")
    with open_as(keeper) as (page, _trouble):
        go(page, server, "documents:draw_arrival", sent.pk)
        other = page.context.new_page()
        go(other, server, "documents:draw_arrival", sent.pk)
        page.locator("[name$=-accepted]").fill("39")
        page.locator("[name$=-missing]").fill("1")
        page.locator("#id_note").fill("one is not there")
        page.locator("#id_acceptor").fill("Accepting")
        page.context.clear_cookies(name="zhixuan_session")
        page.get_by_role("button", name="Draw", exact=True).click()
        page.wait_for_url("**/login/**")
        page.context.add_cookies(cookies_of(keeper, server)[:1])  # type: ignore[arg-type]
        go(page, server, "documents:draw_arrival", sent.pk)
        expect(page.locator("[data-draft-notice]")).to_be_visible()
        expect(page.locator("#id_acceptor")).to_have_value("Accepting")
        page.get_by_role("button", name="Draw", exact=True).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        other.get_by_role("button", name="Draw", exact=True).click()
        expect(other.get_by_text("another note takes it in already").first).to_be_visible()
        page.go_back()
        page.wait_for_load_state("networkidle")
        draw = page.get_by_role("button", name="Draw", exact=True)
        if draw.count():  # the page as it was kept by the browser, else the way to the note that is there
            draw.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("-RK")
        assert Document.objects.count() == 1

        go(page, server, "documents:draw", "issue")
        choose(page, "condom", "60")
        page.locator("#id_reference").fill("QL 7")
        page.wait_for_timeout(500)  # the draft is kept
        go(other, server, "documents:draw", "issue")
        expect(other.locator("#id_reference")).to_have_value("QL 7")
        page.get_by_role("button", name="Draw", exact=True).dblclick()
        number = page.locator(".done-number strong")
        expect(number).to_be_visible()
        other.get_by_role("button", name="Draw", exact=True).click()
        expect(other.locator(".done-number strong")).to_have_text(number.inner_text())
        expect(other.get_by_text("it was not drawn twice")).to_be_visible()
    assert Document.objects.filter(kind="issue").count() == 1
    checked_in_spite_of_a_lost_session(open_as, server, county)


def checked_in_spite_of_a_lost_session(open_as: Callable[..., Opened], server: Server, county: StockedCounty) -> None:
    document = Document.objects.get(kind="receipt")
    checker = a_storekeeper(county.warehouse, name="C")
    with open_as(checker) as (page, _trouble):
        go(page, server, "documents:check", document.pk)
        page.get_by_role("button", name="All seven OK").click()
        expect(page.locator(".check-line .badge").first).to_have_text("OK")
        for check in ("consignee", "day"):
            page.locator(f"#end input[name={check}][value=ok]").check()
        page.context.clear_cookies(name="zhixuan_session")
        page.get_by_role("button", name="All seven OK").click()
        page.wait_for_url("**/login/**")
        page.context.add_cookies(cookies_of(checker, server)[:1])  # type: ignore[arg-type]
        go(page, server, "documents:check", document.pk)
        expect(page.locator(".check-line .badge").first).to_have_text("OK")
        other = page.context.new_page()
        go(other, server, "documents:check", document.pk)
        for one in (page, other):
            for check in ("consignee", "day"):
                one.locator(f"#end input[name={check}][value=ok]").check()
        page.get_by_role("button", name="End the check").dblclick()
        post = "Post: the goods enter the store"
        page.get_by_role("button", name=post).wait_for()
        other.get_by_role("button", name="End the check").click()
        expect(other.get_by_text("is checked").first).to_be_visible()
        page.get_by_role("button", name=post).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        expect(page.get_by_role("button", name=post)).to_have_count(0)
        page.go_back()
        page.wait_for_load_state("networkidle")
        again = page.get_by_role("button", name=post)
        if again.count():
            again.click()
            expect(page.get_by_text("nothing was posted twice")).to_be_visible()
    assert Event.objects.filter(kind="transfer_in").count() == 1
    assert pieces_at(county.warehouse, "BACK") == 39


def assert_printed(page: Page, server: Server) -> None:
    """On both papers every word of the note is inside the page."""
    for paper in ("a4", "a5"):
        href = page.locator(f"a[href*='/print/?paper={paper}']").first.get_attribute("href")
        said = text_of(page.request.get(f"{server.url}{href}").body())
        for word in ("Goods-receipt note", "BACK", "1 damaged", "2 missing", "37", "two not in the box, one torn"):
            assert word in said
