"""Laying out the demo county: through the operations, once, and true to the last piece."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from tests import demo_books
from tests.builders import NOW, a_network
from zhixuan.demo import county, history
from zhixuan.demo.operations import _counts, _planning
from zhixuan.demo.operations import seed as seeding
from zhixuan.demo.operations.admit_people import admit_people
from zhixuan.demo.operations.seed import seed
from zhixuan.demo.people import PEOPLE
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.queries.standing import standings
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents.models import Document
from zhixuan.modules.planning.models import DemandPlan
from zhixuan.modules.planning.queries import costs
from zhixuan.modules.stock.models import Balance, Event, MonthClose
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.counting.due import Standing
from zhixuan.rules.documents.states import DocumentState
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Role
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = timezone.localtime(NOW).date()


@pytest.fixture
def short_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two months are as good as fourteen here, and quicker."""
    for module in (history, seeding):
        monkeypatch.setattr(module, "MONTHS_BACK", 2)
    monkeypatch.setattr(_planning, "COMPARED_MONTHS", 1)


@pytest.mark.usefixtures("short_history")
def test_the_ledger_holds_what_the_history_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "begin_the_day", lambda day: None)
    told: list[tuple[int, int]] = []
    assert seed(today=TODAY, now=NOW, progress=lambda done, total: told.append((done, total)))
    acts = history.history(TODAY)
    assert Event.objects.count() == len(acts)
    assert told[-1] == (len(acts), len(acts))
    assert _store_balances() == {key: pieces for key, pieces in demo_books.kept(acts)[0].items() if pieces}
    assert not check_ledger()
    assert Balance.objects.filter(place__kind=PlaceKind.TRANSIT, pieces__gt=0).exists()
    assert Balance.objects.filter(place__kind=PlaceKind.SUSPENSE, pieces__lt=0).count() == 1
    assert MonthClose.objects.exists()


@pytest.mark.usefixtures("short_history")
def test_its_people_are_in_the_middle_of_their_day() -> None:
    assert seed(today=TODAY, now=NOW)

    assert not check_ledger()
    assert not Event.objects.filter(recorded_at__gt=NOW).exists()
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()
    people_of_every_role_stand_in_their_places()
    counts_stand_as_their_people_left_them()
    documents_are_in_every_state()
    a_return_waits_at_the_warehouse()
    plans_have_prices_and_budgets()
    assert Event.objects.filter(note__contains="-BS-").exists(), "a loss report has put its lot apart"
    assert Event.objects.filter(note__contains="-ZH-").exists(), "a recall has put its lot apart"

    events, entries = Event.objects.count(), AuditEntry.objects.count()
    assert not seed(today=TODAY + timedelta(days=3), now=NOW + timedelta(days=3))
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events, entries)


def plans_have_prices_and_budgets() -> None:
    """Every line that asks for something has a price; the source says that it is invented."""
    for plan in DemandPlan.objects.select_related("area"):
        rows = costs.rows_of(plan)
        assert all(row.cents is not None for row in rows if row.pieces)
        assert all(row.price is None or "演示" in row.price.source for row in rows)
        assert costs.budget_of(plan.area_id, plan.year) is not None


def documents_are_in_every_state() -> None:
    states = set(Document.objects.values_list("kind", "state"))
    assert {state for kind, state in states if kind == "issue"} == {state.value for state in DocumentState}
    assert {state for kind, state in states if kind == "receipt"} == {"drawn", "posted"}


def a_return_waits_at_the_warehouse() -> None:
    """So that taking one in can be tried by the storekeeper whom one signs in as."""
    keeper = accounts.actor_of(accounts.person_by_name("demo-storekeeper"), on=TODAY)  # type: ignore[arg-type]
    kinds = list(slips.awaiting_receipt(keeper).values_list("kind", "other_place__facility__code"))
    assert ("return", county.COUNTY_STORE) in kinds


def counts_stand_as_their_people_left_them() -> None:
    found = {(one.facility.code, one.state) for one in Count.objects.select_related("facility")}
    assert (_counts.POSTED, "posted") in found
    assert (_counts.BEING_COUNTED, "counted") in found
    officer = accounts.actor_of(accounts.person_by_name("demo-station"), on=TODAY)  # type: ignore[arg-type]
    late = [row.facility.code for row in standings(officer, today=TODAY) if row.due.standing == Standing.OVERDUE]
    assert "YL-V0302" in late
    assert len(late) <= 2


def _store_balances() -> dict[tuple[str, str], int]:
    rows = Balance.objects.filter(place__kind=PlaceKind.STORE).values_list("place__facility__code", "product__code")
    return {(code, product): pieces for code, product, pieces in rows.annotate(Sum("pieces")) if pieces}


def people_of_every_role_stand_in_their_places() -> None:
    people = list(accounts.demo_people())
    assert {person.username for person in people} == {person.username for person in PEOPLE}
    assert {grant.role for person in people for grant in person.grants.all()} == set(Role)
    officer = accounts.actor_of(accounts.person_by_name("demo-township"), on=TODAY)  # type: ignore[arg-type]
    seen = directory.facilities_for(officer)
    assert {one.code[:2] for one in seen} == {"YL"}
    assert 0 < seen.count() < 12
    other = accounts.actor_of(accounts.person_by_name("demo-other-county"), on=TODAY)  # type: ignore[arg-type]
    assert {one.code[:2] for one in directory.facilities_for(other)} == {"XD"}
    machine = directory.facility_by_code("YL-A01")
    condom = catalogue.products_by_code(["CN-CONDOM-M"])["CN-CONDOM-M"]
    assert machine is not None
    assert directory.permitted_product_ids(machine.pk) == {condom.pk}


def test_imported_data_gets_people_for_its_own_places() -> None:
    a_network()
    assert admit_people(at=NOW) == len(set(Role))
    assert admit_people(at=NOW) == 0
    assert directory.area_by_code(county.PROVINCE) is None
    keeper = accounts.actor_of(accounts.person_by_name("demo-storekeeper"), on=TODAY)  # type: ignore[arg-type]
    assert directory.facilities_for(keeper).count() == 1
