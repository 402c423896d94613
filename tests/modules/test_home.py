"""Home gathers what waits from every module, for those whose work it is, the most urgent first."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import a_person, a_storekeeper, a_stranger, an_actor
from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.quality.operations.issue_recall import issue_recall
from zhixuan.rules.quality.recalls import RecallClass, RecallKind
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(settings: Any) -> StockedCounty:
    settings.SECOND_STEP_ROLES = frozenset()
    return a_stocked_county()


def tasks_of(user: Any) -> list[str]:
    """What the person's home lists: count and words, top down."""
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = "en"
    page = client.get(reverse("overview:home")).content.decode()
    found = re.findall(r'task-count">([\d,]+)</span><span>([^<]+)</span>', page)
    return [f"{count} {text}" for count, text in found]


def test_a_storekeepers_home_lists_recalls_counts_and_inspections(county: StockedCounty) -> None:
    now = timezone.now()
    long_ago = timezone.localdate(now) - timedelta(days=200)
    county.stock(county.store, "OLD", 100, expires=long_ago + timedelta(days=900), on=long_ago, at=now)
    officer = an_actor(a_person(Role.STATION_OFFICER, county.network.county))
    issue_recall(
        area_id=county.network.county.pk,
        item_id=county.box.pk,
        lot_number="OLD",
        expires_on=None,
        kind=RecallKind.RECALL,
        recall_class=RecallClass.TWO,
        reason="leaks",
        action="put it apart",
        answer_by=timezone.localdate(now) + timedelta(days=5),
        actor=officer,
        command_id=new(),
        at=now,
    )
    listed = tasks_of(a_storekeeper(county.store))
    assert listed[0] == "1 recall notice to answer"
    assert {"1 inspection is due", "1 count is overdue"} <= set(listed)
    elsewhere = tasks_of(a_stranger(county.network, Role.STOREKEEPER))
    assert not [task for task in elsewhere if "recall" in task or "inspection" in task or "count " in task]


def test_a_planners_home_lists_plans_and_an_auditors_none(county: StockedCounty) -> None:
    county.stock(county.store, "NEW", 10, on=timezone.localdate() - timedelta(days=9), at=timezone.now())
    planner = tasks_of(a_person(Role.TOWNSHIP_OFFICER, county.network.township))
    assert [task for task in planner if "no plan for" in task]
    auditor = tasks_of(a_person(Role.AUDITOR, county.network.county))
    assert not [task for task in auditor if "plan" in task or "count is" in task or "inspection" in task]
