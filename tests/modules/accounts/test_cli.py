"""`zhixuan user`, as typed on the server."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.builders import PASSWORD, TODAY, Network, a_network, a_storekeeper
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.cli import app
from zhixuan.modules.accounts.models import User
from zhixuan.shared.access import Grant, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return a_network()


def typed(*words: str, answers: str = ""):
    return CliRunner().invoke(app, list(words), input=answers)


def test_add_list_grant_disable_and_password(network: Network) -> None:
    secret = f"{PASSWORD}\n{PASSWORD}\n"
    added = typed("add", "Wang", "--name", "王", "--role", "storekeeper", "--place", "SA", answers=secret)
    assert added.exit_code == 0, added.output
    person = User.objects.get(username="wang")
    assert person.area == network.township
    assert typed("grant", "wang", "--role", "outreach", "--place", "420116").exit_code == 0
    assert queries.grants_of(person.pk, on=TODAY) == (
        Grant(Role.STOREKEEPER, network.township.path, network.store.pk),
        Grant(Role.OUTREACH, network.county.path),
    )
    listed = json.loads(typed("list", "--json").output)
    assert listed == [
        {"username": "wang", "name": "王", "active": True, "roles": ["storekeeper SA", "outreach 420116"]}
    ]
    assert "wang" in typed("list").output
    assert typed("disable", "wang").exit_code == 0
    person.refresh_from_db()
    assert not person.is_active
    temporary = typed("password", "WANG").output.split()[0]
    person.refresh_from_db()
    assert person.is_active
    assert person.check_password(temporary)


@pytest.mark.parametrize(
    "words",
    [
        ("disable", "nobody"),
        ("grant", "nobody", "--role", "auditor"),
        ("add", "x", "--name", "X", "--role", "auditor", "--place", "nowhere", "--password", PASSWORD),
        ("add", "x", "--name", "X", "--role", "auditor", "--password", "short"),
    ],
)
def test_what_cannot_be_done_ends_with_one(network: Network, words: tuple[str, ...]) -> None:
    assert typed(*words).exit_code == 1
    assert not User.objects.filter(username="x").exists()


def test_a_taken_name_is_refused(network: Network) -> None:
    a_storekeeper(network.store, username="taken")
    again = typed("add", "taken", "--name", "X", "--role", "auditor", "--password", PASSWORD)
    assert again.exit_code == 1
