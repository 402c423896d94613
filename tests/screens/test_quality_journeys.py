"""Quality in a real browser: a loss from drawing to destruction; a recall answered on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.builders import a_person, a_storekeeper
from tests.processes import Server
from tests.quality_builders import a_recall, notice_of
from tests.screens.browser import PHONE
from tests.screens.test_posting_journeys import LANGUAGES, Opened, assert_fine, browser, county, open_as
from tests.stock_builders import StockedCounty, lot, pieces_at
from zhixuan.modules.quality.models import LossReport, Notice
from zhixuan.shared.access import Role

pytestmark = pytest.mark.browser
__all__ = ["browser", "county", "open_as"]

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92"
    "ef0000000049454e44ae426082"
)


def at(page: Page, server: Server, name: str, *args: object, query: str = "") -> None:
    page.goto(f"{server.url}{reverse(f'quality:{name}', args=args)}{query}")
    page.wait_for_load_state("networkidle")


def press(page: Page, name: str) -> None:
    """Press the button of a step; where a question is asked first, say yes."""
    with page.expect_navigation():
        page.locator(f"form[action$='/{name}/'] button[type=submit]").first.click()
        yes = page.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger")
        page.wait_for_timeout(300)
        if yes.count():
            yes.first.click()
    page.wait_for_load_state("networkidle")


def test_a_loss_is_drawn_approved_witnessed_and_destroyed(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, tmp_path: Path
) -> None:
    keeper = a_storekeeper(county.store)
    photo = tmp_path / "box.png"
    photo.write_bytes(PHOTO)
    with open_as(keeper) as (page, trouble):
        at(page, server, "draw")
        page.select_option("#id_reason", "damp")
        page.fill("#id_account", "rain came in")
        page.evaluate(
            "value => { document.querySelector('[name=\"lines-0-lot\"]').value = value }", f"{lot('A').id}:store"
        )
        page.fill("#id_lines-0-pieces", "10")
        assert_fine(page, trouble)
        with page.expect_navigation():
            page.locator("form[data-draft^=loss] button.btn-primary[type=submit]").click()
        page.wait_for_load_state("networkidle")
        report = LossReport.objects.get()
        page.set_input_files("#attachments input[type=file]", str(photo))
        with page.expect_navigation():
            page.locator("#attachments button[type=submit]").click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("#attachments")).to_contain_text("box.png")
        press(page, "hand-in")
        assert_fine(page, trouble)
    assert pieces_at(county.store, "A", kind="quarantine") == 10
    with open_as(a_person(Role.TOWNSHIP_OFFICER, county.network.township), language="zh-CN") as (page, trouble):
        at(page, server, "loss", report.pk)
        press(page, "decide")
        assert_fine(page, trouble)
    for _ in range(2):
        with open_as(a_storekeeper(county.store), size=PHONE) as (page, trouble):
            at(page, server, "loss", report.pk)
            press(page, "witness")
            assert_fine(page, trouble)
    with open_as(keeper) as (page, _trouble):
        at(page, server, "loss", report.pk)
        press(page, "destroy")
        report.refresh_from_db()
        assert report.state == "destroyed"
    assert pieces_at(county.store, "A", kind="quarantine") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recall_is_answered_on_a_phone(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, language: str
) -> None:
    now: dict[str, Any] = {"at": timezone.now(), "answer_by": timezone.localdate()}
    notice = notice_of(a_recall(county, **now), county.store.pk)
    with open_as(a_storekeeper(county.store), language=language, size=PHONE) as (page, trouble):
        at(page, server, "desk")
        page.locator(f"a[href='{reverse('quality:notice', args=[notice.pk])}']").click()
        page.wait_for_load_state("networkidle")
        page.fill("#id_found_pieces", "200")
        assert_fine(page, trouble)
        page.locator("form.form button.btn-primary[type=submit]").click()
        expect(page.locator(".done-number")).to_be_visible()
        assert_fine(page, trouble)
    assert Notice.objects.get(pk=notice.pk).found_pieces == 200
    assert pieces_at(county.store, "A", kind="quarantine") == 200
