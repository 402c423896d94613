"""Every page that the access matrix knows, opened once by somebody who may: axe finds nothing serious, nothing must be
pushed sideways, nothing fails. Journeys look closer; this one leaves no page out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from tests.access_objects import BUILDERS, World
from tests.access_table import Line, addresses, table
from tests.builders import a_network, a_person, an_administrator
from tests.processes import Server
from tests.screens.browser import DESKTOP, PHONE, serious_findings, too_wide
from tests.screens.signed_in import page_as
from tests.screens.test_posting_journeys import browser
from zhixuan.modules.accounts.models import User
from zhixuan.shared.access import Role

pytestmark = [pytest.mark.browser, pytest.mark.full]
__all__ = ["browser"]

WHO = (Role.STATION_OFFICER, Role.STOREKEEPER, Role.TOWNSHIP_OFFICER, Role.INSTITUTION_LIAISON, Role.AUDITOR)
"""Who opens a page: the first of them that may, else an administrator of the whole."""


def screens(world: World, people: dict[Role | None, User]) -> Iterator[tuple[User, str]]:
    """Person and path of every page of the system's own: what answers another kind of file is left out."""
    lines = table()
    for address in addresses():
        line = lines.get(address.name)
        if address.is_api or line is None or "GET" not in line.who or line.who["GET"] == "owner":
            continue
        person = people[opener(line)]
        given = BUILDERS[line.kind](world, world.spots["own"]) if line.kind else {}
        path = reverse(address.name, kwargs=given)
        client = Client()
        client.force_login(person)
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            yield person, path


def opener(line: Line) -> Role | None:
    return next((role for role in WHO if role in line.roles("GET")), None)


@pytest.mark.parametrize(
    ("language", "size", "dark"), [("zh-CN", PHONE, True), ("en", DESKTOP, False)], ids=["zh-phone-dark", "en-desktop"]
)
def test_no_page_has_a_serious_finding(
    browser: Browser, server: Server, settings: Any, language: str, size: tuple[int, int], dark: bool
) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    world = World(a_network())
    people: dict[Role | None, User] = {role: a_person(role, world.network.county) for role in WHO}
    people[None] = an_administrator(None)
    by_person: dict[User, list[str]] = defaultdict(list)
    for person, path in screens(world, people):
        by_person[person].append(path)
    found = []
    for person, paths in by_person.items():
        with page_as(browser, server, person, language=language, size=size, dark=dark) as (page, trouble):
            for path in paths:
                page.goto(f"{server.url}{path}")
                page.wait_for_load_state("networkidle")
                found += [f"{path}: {one}" for one in serious_findings(page)]
                found += [f"{path}: too wide"] if too_wide(page) else []
                found += [f"{path}: {one}" for one in trouble.lines]
                trouble.lines.clear()
    assert sum(map(len, by_person.values())) > 120
    assert not found, "\n".join(found)
