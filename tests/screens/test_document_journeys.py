"""An issue slip in a real browser: drawn, checked by somebody else, sent, received short on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_dispenser, a_storekeeper
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.documents.models import Document
from zhixuan.modules.stock.models import Event

pytestmark = pytest.mark.browser

Opened = AbstractContextManager[tuple[Page, Trouble]]
WORDS = {
    "en": ("Draw", "All seven OK", "OK", "End the check", "Send: the goods leave the store", "Take it in"),
    "zh-CN": ("开单", "七对皆符", "符", "完成复核", "发出，货物离库", "收下"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    made = a_stocked_county()
    made.stock(made.warehouse, "FAR", 500)
    return made


@pytest.fixture
def open_as(browser: Browser, server: Server, county: StockedCounty) -> Callable[..., Opened]:
    def opened(user: User, *, language: str, size: tuple[int, int] = DESKTOP, dark: bool = False) -> Opened:
        return page_as(browser, server, user, language=language, size=size, dark=dark)

    return opened


def go(page: Page, server: Server, name: str, *args: Any) -> None:
    page.goto(f"{server.url}{reverse(name, args=args)}")
    page.wait_for_load_state("networkidle")


def assert_fine(page: Page, trouble: Trouble) -> None:
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.full)])
def test_an_issue_slip_from_one_desk_to_the_other(
    language: str, open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    draw, all_ok, fine, end, send, take_in = WORDS[language]
    keeper, checker = a_storekeeper(county.warehouse, name="K"), a_storekeeper(county.warehouse, name="C")
    with open_as(keeper, language=language) as (page, trouble):
        go(page, server, "documents:draw", "receipt")
        assert_fine(page, trouble)
        go(page, server, "stock:send")  # leads to drawing, because two people are needed here
        page.locator("input#id_lines-0-product").click()
        page.keyboard.type("condom")
        page.keyboard.press("Enter")
        page.locator("#id_lines-0-pieces").fill("40")
        assert_fine(page, trouble)
        page.get_by_role("button", name=draw, exact=True).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        assert Document.objects.count() == 1
        document = Document.objects.get()
        page.locator("a[hx-get]").first.click()
        page.locator("[name=pieces]").fill("30")
        page.locator("form[hx-post] button[type=submit]").first.click()
        expect(page.locator(f"#line-{document.lines.get().pk}")).to_contain_text("30")
        assert_fine(page, trouble)
    with open_as(checker, language=language, dark=True) as (page, trouble):
        go(page, server, "documents:check", document.pk)
        page.get_by_role("button", name=all_ok).click()
        expect(page.locator(".check-line .badge").first).to_have_text(fine)
        for check in ("consignee", "day"):
            page.locator(f"#end input[name={check}][value=ok]").check()
        assert_fine(page, trouble)
        page.get_by_role("button", name=end).click()
        page.get_by_role("button", name=send).wait_for()
        other = page.context.new_page()
        go(other, server, "documents:document", document.pk)
        page.get_by_role("button", name=send).dblclick()
        expect(page.locator(".done-number")).to_be_visible()
        other.get_by_role("button", name=send).click()
        expect(other.locator(".done-number")).to_be_visible()
        href = page.locator("a[href*='/print/?paper=a4']").first.get_attribute("href")
        assert page.request.get(f"{server.url}{href}").body().startswith(b"%PDF")
        assert_fine(page, trouble)
    assert Event.objects.filter(kind="transfer_out").count() == 1
    document.refresh_from_db()
    with open_as(a_dispenser(county.store), language=language, size=PHONE) as (page, trouble):
        go(page, server, "stock:receive_transfer", document.event_id)
        page.locator("input[name$=accepted]").fill("28")
        page.locator("input[name$=missing]").fill("2")
        page.locator("#id_note").fill("2 missing 短少")
        page.get_by_role("button", name=take_in).last.click()
        expect(page.locator(".done-number")).to_be_visible()
        go(page, server, "documents:document", document.pk)
        assert_fine(page, trouble)
    assert pieces_at(county.store) == 28
