"""A count on a phone while a colleague dispenses, in a real browser and in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_dispenser, a_person, a_storekeeper, an_actor
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, Trouble, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.catalogue.operations.link_code import link_code
from zhixuan.modules.counting.models import Count
from zhixuan.shared.access import Role

pytestmark = pytest.mark.browser

GTIN = "06901234567892"
CARTON = "16901234567899"
Opened = AbstractContextManager[tuple[Page, Trouble]]
WORDS = {
    "en": {
        "issued": "5 pieces issued since counted",
        "approve": "Approve the differences",
        "post": "Post the count",
        "reason": "Given out without a slip",
    },
    "zh-CN": {"issued": "盘后已发出 5", "approve": "同意这些差异", "post": "盘点过账", "reason": "发出未开单"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread; the databases of the tests are used there all the same."""
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    made = a_stocked_county(A=200, B=40)
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    link_code(code=CARTON, item_id=made.box.pk, holds="carton", actor=made.actor, at=timezone.now())
    return made


@pytest.fixture
def open_as(browser: Browser, server: Server, county: StockedCounty) -> Callable[..., Opened]:
    """A page of somebody who is signed in; paths are relative to the server."""

    def opened(user: User, *, language: str, size: tuple[int, int] = DESKTOP) -> Opened:
        return page_as(browser, server, user, language=language, size=size)

    return opened


def at(name: str, *args: object) -> str:
    return reverse(f"counting:{name}", args=args)


def card(page: Page, lot: str) -> Any:
    return page.locator(f"[data-count-line][data-lot='{lot}']")


def fine(page: Page, trouble: Trouble) -> None:
    assert not too_wide(page)
    assert not serious_findings(page)
    assert not trouble.lines


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.full)])
def test_a_count_on_a_phone_while_a_colleague_dispenses(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, language: str
) -> None:
    words = WORDS[language]
    keeper, colleague = a_storekeeper(county.store, name="Keeper"), a_dispenser(county.store)
    officer = a_person(Role.TOWNSHIP_OFFICER, county.network.township, name="Officer")
    with open_as(keeper, language=language, size=PHONE) as (phone, trouble):
        phone.goto(f"{server.url}{at('open')}?facility={county.store.pk}")
        phone.locator("form.form button[type=submit]").click()
        phone.wait_for_url("**/counting/*/")
        count = Count.objects.get()
        # By scanner: the code leads to the card.
        phone.locator("[data-count-scan]").focus()
        phone.keyboard.type("A")
        phone.keyboard.press("Enter")
        expect(card(phone, "A").locator("[data-count-number]")).to_be_focused()
        phone.keyboard.type("190")
        phone.keyboard.press("Enter")
        expect(card(phone, "A").locator("[data-count-state]")).to_contain_text("Keeper")
        expect(phone.locator("[data-count-done]")).to_have_text("1")

        # A carton's code names the item as well; the card still to be counted is meant.
        phone.locator("h1").click()
        phone.keyboard.type(CARTON)
        phone.keyboard.press("Enter")
        expect(card(phone, "B").locator("[data-count-number]")).to_be_focused()

        # Without network the number stays here, and is sent by itself.
        phone.context.set_offline(True)
        card(phone, "B").locator("[data-count-number]").fill("40")
        card(phone, "B").locator("[data-count-number]").press("Enter")
        expect(phone.locator("[data-count-waiting]")).to_be_visible()
        trouble.lines.clear()
        phone.context.set_offline(False)
        expect(card(phone, "B").locator("[data-count-state]")).to_contain_text("Keeper")
        expect(phone.locator("[data-count-waiting]")).to_be_hidden()
        trouble.lines.clear()

        county.by(an_actor(colleague)).dispense(
            county.store, county.want(5), on=timezone.localdate(), at=timezone.now()
        )
        phone.goto(f"{server.url}{at('count', count.pk)}?show=all")
        expect(card(phone, "A")).to_contain_text(words["issued"])
        fine(phone, trouble)
        phone.locator(".count-finish button[type=submit]").click()

        # Ten too few: count it again, then it is one too few.
        phone.locator("button[value=recount]").click()
        again = card(phone, "A").locator("[data-count-number]")
        again.fill("194")
        again.press("Enter")
        expect(card(phone, "A").locator("[data-count-state]")).to_contain_text("Keeper")
        phone.locator(".count-finish button[type=submit]").click()
        phone.locator("select[name=reason]").select_option("count_no_slip_out")
        with phone.expect_navigation():
            phone.locator("button[value=accept]").click()
        fine(phone, trouble)

    with open_as(officer, language=language) as (desk, trouble):
        desk.goto(f"{server.url}{at('review', count.pk)}")
        desk.get_by_role("button", name=words["approve"]).click()
        desk.get_by_role("button", name=words["post"]).click()
        expect(desk.locator(".done-number")).to_be_visible()
        fine(desk, trouble)
        desk.goto(f"{server.url}{reverse('stock:card', args=[county.store.pk, county.condom.pk])}")
        expect(desk.locator("main")).to_contain_text(words["reason"])
    # 200 in the books, 5 dispensed, then 194 counted.
    assert pieces_at(county.store, "A") == 194
