"""Pages of somebody who is signed in: the session is made beside the browser, which only gets its cookie."""

from __future__ import annotations

from typing import Any

from django.test import Client
from playwright.sync_api import Browser

from tests.processes import Server
from tests.screens.browser import DESKTOP, opened_page
from zhixuan.modules.accounts.models import User


def short(language: str) -> str:
    """The language as the system's cookie names it."""
    return "en" if language == "en" else "zh-hans"


def page_as(
    browser: Browser,
    server: Server,
    user: User,
    *,
    language: str = "en",
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
) -> Any:
    """As `opened_page`: a page and the list of its troubles, as a context."""
    return opened_page(browser, size=size, language=language, dark=dark, cookies=cookies_of(user, server, language))


def cookies_of(user: User, server: Server, language: str = "en") -> list[dict[str, Any]]:
    """A new session of the person, and the language."""
    client = Client()
    client.force_login(user)
    chosen = {"zhixuan_session": client.cookies["zhixuan_session"].value, "zhixuan_language": short(language)}
    return [{"name": name, "value": value, "url": server.url} for name, value in chosen.items()]
