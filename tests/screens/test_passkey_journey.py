"""A passkey in a real browser: set up after the password, signed in with next time, taken away again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.builders import PASSWORD, a_network, a_storekeeper
from tests.processes import Server
from tests.screens.browser import opened_page, serious_findings
from tests.screens.test_posting_journeys import browser
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.browser
__all__ = ["browser"]


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with opened_page(browser, language="en", cookies=[]) as (page, _trouble):
        yield page


def a_telephone(page: Page) -> CDPSession:
    """A platform authenticator that the browser believes in: it checks its owner, and keeps the key."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    return session


def test_a_passkey_is_set_up_and_signs_in_without_a_password(page: Page, server: Server) -> None:
    keeper = a_storekeeper(a_network().store, username="keeper", password=PASSWORD)
    at = server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a bare address
    a_telephone(page)

    page.goto(f"{at}/account/login/")
    page.fill("#id_login", "keeper")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{at}/account/second-step/webauthn/add/")
    page.fill("#id_password", PASSWORD)  # something delicate is confirmed first
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_load_state("networkidle")
    assert not serious_findings(page)
    page.fill("#id_name", "My telephone")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto(f"{at}/account/second-step/webauthn/")
    expect(page.get_by_role("row", name="My telephone")).to_contain_text("Passkey")

    page.context.clear_cookies()
    page.goto(f"{at}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{at}/account/")
    expect(page.locator("body")).to_contain_text(keeper.name)
    assert AuditEntry.objects.filter(verb="sign_in", actor_id=keeper.pk).count() == 2
