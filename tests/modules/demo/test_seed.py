"""Laying out the demo county: through the operations, once, and true to the last piece."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from tests import demo_books
from tests.builders import NOW, a_network
from zhixuan.demo import county, history
from zhixuan.demo.operations import seed as seeding
from zhixuan.demo.operations.admit_people import admit_people
from zhixuan.demo.operations.seed import seed
from zhixuan.demo.people import PEOPLE
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents.models import Document
from zhixuan.modules.stock.models import Balance, Event, MonthClose, Movement
from zhixuan.modules.stock.operations.check_ledger import check_ledger
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


@pytest.mark.usefixtures("short_history")
def test_the_ledger_holds_what_the_history_says() -> None:
    told: list[tuple[int, int]] = []
    assert seed(today=TODAY, now=NOW, progress=lambda done, total: told.append((done, total)))
    acts = history.history(TODAY)
    papers = _papers()
    assert Event.objects.exclude(id__in=papers).count() == len(acts)
    assert told[-1] == (len(acts), len(acts))
    left = _store_balances()
    left.subtract(_moved_by(papers))
    assert {key: pieces for key, pieces in left.items() if pieces} == {
        key: pieces for key, pieces in demo_books.kept(acts)[0].items() if pieces
    }
    assert not check_ledger()
    assert Balance.objects.filter(place__kind=PlaceKind.TRANSIT, pieces__gt=0).exists()
    assert Balance.objects.filter(place__kind=PlaceKind.SUSPENSE, pieces__lt=0).count() == 1
    assert MonthClose.objects.exists()
    assert not Event.objects.filter(recorded_at__gt=NOW).exists()
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()

    people_of_every_role_stand_in_their_places()

    events, entries = Event.objects.count(), AuditEntry.objects.count()
    assert not seed(today=TODAY + timedelta(days=3), now=NOW + timedelta(days=3))
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events, entries)


def _papers() -> set[int]:
    """Slips that documents of the warehouse became, and those that took them in: not part of the history."""
    states = set(Document.objects.values_list("kind", "state"))
    assert {state for kind, state in states if kind == "issue"} == {state.value for state in DocumentState}
    assert {state for kind, state in states if kind == "receipt"} == {"drawn", "posted"}
    became = set(Document.objects.exclude(event=None).values_list("event_id", flat=True))
    return became | set(Event.objects.filter(answers_id__in=became).values_list("id", flat=True))


def _moved_by(events: set[int]) -> Counter[tuple[str, str]]:
    changes: Counter[tuple[str, str]] = Counter()
    for side, sign in (("to_place", 1), ("from_place", -1)):
        rows = Movement.objects.filter(event_id__in=events, **{f"{side}__kind": PlaceKind.STORE})
        for code, product, pieces in rows.values_list(f"{side}__facility__code", "product__code", "pieces"):
            changes[code, product] += sign * pieces
    return changes


def _store_balances() -> Counter[tuple[str, str]]:
    rows = Balance.objects.filter(place__kind=PlaceKind.STORE).values_list("place__facility__code", "product__code")
    return Counter({(code, product): pieces for code, product, pieces in rows.annotate(Sum("pieces")) if pieces})


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
