"""The shell in a real browser: reachable by all, quick, and the same with a mouse, a keyboard or a scanner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from tests.screens import sample_site
from tests.screens.browser import DESKTOP, PHONE, opened_page, running_browser, serious_findings, too_wide

pytestmark = pytest.mark.browser

FIRST_PAGE_BYTES_MAX = 300_000
GTIN = "06901234567891"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the parent)
        pass


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def without_a_database() -> dict[str, object]:
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates", *templates[0]["DIRS"]]
    unwanted = ("sessions", "auth", "account", "axes", "modules")
    middleware = [name for name in settings.MIDDLEWARE if not any(part in name for part in unwanted)]
    return {
        "ROOT_URLCONF": "tests.screens.sample_site",
        "MIDDLEWARE": [*middleware, "tests.screens.sample_site.Wrapped"],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
        "TEMPLATES": templates,
    }


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with override_settings(**without_a_database()):
        server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened_page(browser) as (page, trouble):
        yield page
        assert trouble.lines == []


@pytest.mark.parametrize("address", ["/list/", "/empty/", "/form/", "/lines/", "/figures/", "/plain/"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en", True)], ids=["zh-light", "en-dark"])
def test_every_part_is_open_to_all(
    browser: Browser, site: str, address: str, size: tuple[int, int], language: str, dark: bool
) -> None:
    with opened_page(browser, size=size, language=language, dark=dark) as (page, trouble):
        page.goto(site + address, wait_until="networkidle")
        assert serious_findings(page) == []
        assert not too_wide(page)
        assert trouble.lines == []
        assert page.evaluate("document.documentElement.dataset.bsTheme") == ("dark" if dark else "light")


def test_a_first_page_is_light(browser: Browser, site: str) -> None:
    with opened_page(browser, size=PHONE) as (page, _):
        sizes: list[int] = []
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page.goto(f"{site}/empty/", wait_until="networkidle")
        assert sum(sizes) <= FIRST_PAGE_BYTES_MAX


def test_a_search_narrows_the_list_and_can_be_passed_on(page: Page, site: str) -> None:
    page.goto(f"{site}/list/?sort=-pieces")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("红旗")
    expect(page.locator(".listing-count")).to_contain_text("15")
    expect(page.locator("[data-search]")).to_be_focused()
    assert "sort=-pieces" in page.url
    assert "product=" not in page.url
    page.reload()
    expect(page.locator("[data-search]")).to_have_value("红旗")
    expect(page.locator(".listing-count")).to_contain_text("15")


def test_a_heading_sorts_and_going_back_undoes_it(page: Page, site: str) -> None:
    page.goto(f"{site}/list/")
    page.locator("th a", has_text="On hand").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("On hand")
    page.go_back()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Facility")


def test_lines_are_filled_by_the_keyboard_and_the_enter_key_alone(page: Page, site: str) -> None:
    page.goto(f"{site}/lines/")
    page.locator("#id_lines-0-item").focus()
    page.keyboard.type(GTIN)
    page.keyboard.press("Enter")
    expect(page.locator("[name=lines-0-item]")).to_have_value("1")
    page.locator("[name=lines-0-lot]").fill("LOT7")
    page.locator("[name=lines-0-expiry]").fill("20281231")
    page.keyboard.press("Enter")
    expect(page.locator("[name=lines-0-expiry]")).to_have_value("2028-12-31")
    expect(page.locator("[name=lines-0-quantity]")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.locator("[name=lines-0-unit]").select_option("pack")
    expect(page.locator("[data-note=pieces]")).to_have_text("= 30 片")
    expect(page.locator("[data-sum-pieces]")).to_have_text("30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("#id_lines-1-item")).to_be_focused()
    page.keyboard.type("避")
    expect(page.locator("[data-row]").nth(1).locator(".combo-nothing")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Delete")
    expect(page.locator("[name=lines-TOTAL_FORMS]")).to_have_value("1")


def test_a_month_alone_means_its_last_day(page: Page, site: str) -> None:
    page.goto(f"{site}/lines/")
    page.locator("[name=lines-0-expiry]").fill("2028.2")
    page.keyboard.press("Tab")
    expect(page.locator("[name=lines-0-expiry]")).to_have_value("2028-02-29")


def test_a_double_click_posts_once_and_success_is_seen(page: Page, site: str) -> None:
    sample_site.POSTED.clear()
    page.goto(f"{site}/lines/")
    page.locator("input#id_lines-0-item").fill("安全套")
    page.keyboard.press("Enter")
    page.locator("[name=lines-0-lot]").fill("A1")
    page.locator("[name=lines-0-expiry]").fill("2028-02")
    page.locator("[name=lines-0-quantity]").fill("5")
    page.locator("[name=reason]").first.check()
    page.locator("button[type=submit]", has_text="Receive").dblclick()
    expect(page.locator(".done")).to_contain_text("RK-2026-000123")
    expect(page.locator(".done")).to_be_focused()
    assert len(sample_site.POSTED) == 1


def test_refusals_stand_beside_their_fields_and_above(page: Page, site: str) -> None:
    page.goto(f"{site}/form/")
    page.locator("[name=reason]").first.check()
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".notice-error")).to_be_focused()
    expect(page.locator(".notice-error li")).to_have_count(2)
    expect(page.locator("#id_store_error")).to_contain_text("Too few: 3.")
    expect(page.locator("#id_store")).to_have_attribute("aria-invalid", "true")


def test_the_chosen_theme_stays_and_never_flashes(page: Page, site: str) -> None:
    page.goto(f"{site}/list/")
    page.locator(".menu:has([data-theme-choice]) > summary").click()
    page.locator("[data-theme-choice=dark]:not(html)").click()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => window.early = document.documentElement.dataset.bsTheme)"
    )
    page.goto(f"{site}/form/")
    assert page.evaluate("window.early") == "dark"


def test_the_language_changes_and_the_page_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/list/?q=红旗")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-search]")).to_have_value("红旗")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_the_menu_of_a_phone_opens_and_escape_closes_it(browser: Browser, site: str) -> None:
    with opened_page(browser, size=PHONE) as (page, _):
        page.goto(f"{site}/list/")
        expect(page.locator("#navigation")).not_to_be_in_viewport()
        page.locator(".bottom-bar [data-navigation-open]").click()
        expect(page.locator("#navigation")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator("#navigation")).not_to_be_in_viewport()
        expect(page.locator(".bottom-bar [data-navigation-open]")).to_be_focused()


def test_losing_the_connection_is_said(page: Page, site: str) -> None:
    page.goto(f"{site}/form/")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/list/?q=红旗")
    assert page.locator("tbody tr").count() == 15
    page.locator("th a", has_text="On hand").click()
    assert "sort=pieces" in page.url
    page.goto(f"{site}/lines/")
    assert page.locator("[data-row]").count() == 3
    context.close()
