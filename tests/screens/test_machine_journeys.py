"""A round of three machines on a phone, in both languages: refill, a jam, a count; and the page for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.builders import a_storekeeper
from tests.machine_builders import Machines, some_machines
from tests.processes import Server
from tests.screens.browser import PHONE, opened_page, running_browser, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.stock_builders import a_command, pieces_at
from zhixuan.modules.machines.models import Fault, Record, Visit
from zhixuan.modules.machines.operations.plan_route import plan_route

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, running_browser() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


def a_route(machines: Machines) -> int:
    now = timezone.now()
    return plan_route(
        name="Tuesday",
        giver_id=machines.county.store.pk,
        machine_ids=[facility.pk for facility in machines.facilities],
        who="",
        on=timezone.localdate(),
        actor=machines.actor,
        command_id=a_command(),
        at=now,
    ).pk


def fine(page: Page) -> None:
    assert not too_wide(page)
    assert not serious_findings(page)


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.full)])
def test_a_round_with_a_jam_and_a_count_on_a_phone(browser: Browser, server: Server, language: str) -> None:
    machines = some_machines()
    route = reverse("machines:route", args=[a_route(machines)])
    keeper = a_storekeeper(machines.county.network.township)
    with page_as(browser, server, keeper, size=PHONE, language=language) as (page, trouble):
        for facility in machines.facilities:
            page.goto(f"{server.url}{route}")
            fine(page)
            page.locator("a.btn-lg").click()
            page.wait_for_url(f"**/machines/{facility.pk}/refill/**")
            fields = page.locator(".stepper-number")
            expect(fields).to_have_count(3)
            expect(fields.first).to_have_value("100")
            fields.nth(2).fill("50")
            # A call comes in, the page is closed: what was typed is there again.
            page.goto(f"{server.url}{route}")
            page.locator("a.btn-lg").click()
            expect(page.locator(".stepper-number").nth(2)).to_have_value("50")
            fine(page)
            page.locator(".counter-buttons button").click()
            expect(page.locator(".done-number")).to_contain_text(f"{facility.code}-R0001")
        first, second, _third = machines.facilities
        page.goto(f"{server.url}{reverse('machines:add_record', args=[second.pk])}")
        fine(page)
        page.locator("#id_kind").select_option("jam")
        page.locator("form.card button[type=submit]").click()
        page.wait_for_url(f"**/machines/{second.pk}/")
        fine(page)
        page.goto(f"{server.url}{reverse('machines:count', args=[first.pk])}")
        for number, pieces in enumerate((90, 100, 50)):
            page.locator(".stepper-number").nth(number).fill(str(pieces))
        page.locator(".counter-buttons button").click()
        expect(page.locator("#id_reason")).to_have_class("form-select is-invalid")
        trouble.lines.clear()  # the refusal itself: 422
        page.locator("#id_reason").select_option("stuck")
        fine(page)
        page.locator(".counter-buttons button").click()
        expect(page.locator(".done-number")).to_contain_text(f"{first.code}-C0002")
        page.goto(f"{server.url}{reverse('machines:machine', args=[first.pk])}")
        fine(page)
        assert not trouble.lines
    assert [pieces_at(facility) for facility in machines.facilities] == [240, 250, 250]
    assert Record.objects.get().kind == "jam"
    assert Visit.objects.count() == 4


def test_a_visitor_finds_the_machine_and_reports_a_fault(browser: Browser, server: Server) -> None:
    machines = some_machines()
    machines.refill(loads={1: 100}, at=timezone.now())
    with opened_page(browser, size=PHONE, language="zh-CN") as (page, trouble):
        page.goto(f"{server.url}/machines/at/M1/")
        fine(page)
        expect(page.locator("a[href='tel:0000-0000900']")).to_be_visible()
        page.locator("input[name=what][value=stuck]").check()
        page.locator("#id_slot").select_option("1")
        page.locator("#fault button[type=submit]").click()
        expect(page.get_by_text("没有留存您的任何信息")).to_be_visible()
        assert not trouble.lines
    assert Fault.objects.get().by_public
