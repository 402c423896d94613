"""Tokens of programs: one role, one place, shown once, powerless with their owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.builders import (
    NOW,
    Network,
    a_grant,
    a_network,
    a_planner,
    a_storekeeper,
    a_stranger,
    an_actor,
    an_administrator,
)
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import ApiToken, User
from zhixuan.modules.accounts.operations.issue_token import issue_token
from zhixuan.modules.accounts.operations.revoke_token import revoke_token
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.access import Forbidden, Role, Unknown

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.modules.accounts.api_urls")]
WHO = "/api/who/"


@pytest.fixture
def network() -> Network:
    return a_network()


def place(thing) -> queries.Place:
    found = queries.place_by_code(thing.code)
    assert found is not None
    return found


def a_token(owner: User, role: Role, thing, **changes) -> str:
    given = {
        "name": "hub",
        "role": role,
        "place": place(thing),
        "lasts_days": 30,
        "actor": an_actor(owner),
        "at": datetime.now(UTC),
        "command_id": command_ids.new(),
    }
    return issue_token(**{**given, **changes})


def bearer(text: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {text}"}}


def test_a_token_is_limited_to_one_grant(client: Client, network: Network) -> None:
    officer = a_planner(network.county)
    a_grant(officer, Role.AUDITOR, network.province)
    text = a_token(officer, Role.STATION_OFFICER, network.township)
    answer = client.get(WHO, **bearer(text)).json()
    assert answer["grants"] == [["station_officer", network.township.path, None]]
    assert ApiToken.objects.get().digest != text
    assert not ApiToken.objects.filter(digest__contains=text[:20]).exists()


def test_a_token_never_falls_back_on_the_session(client: Client, network: Network) -> None:
    client.force_login(a_storekeeper(network.store))
    assert client.get(WHO).status_code == 200
    for header in ("Bearer zx_wrong", "Bearer ", "Basic abc", "zx_wrong"):
        assert client.get(WHO, headers={"Authorization": header}).status_code == 401


def test_nobody_calls_without_either(client: Client) -> None:
    assert client.get(WHO).status_code == 401
    assert client.post(WHO).status_code == 401


def test_a_session_needs_its_csrf_token_to_write(network: Network) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_storekeeper(network.store))
    assert client.get(WHO).status_code == 200
    assert client.post(WHO).status_code == 403
    client.get("/account/password/")
    token = client.cookies["zhixuan_csrf"].value
    assert client.post(WHO, headers={"X-CSRFToken": token}).status_code == 200


def test_a_token_needs_no_csrf_token(network: Network) -> None:
    keeper = a_storekeeper(network.store)
    text = a_token(keeper, Role.STOREKEEPER, network.store)
    assert Client(enforce_csrf_checks=True).post(WHO, **bearer(text)).status_code == 200


@pytest.mark.parametrize("end", ["revoked", "run out", "owner disabled", "owner ended", "role taken", "role narrowed"])
def test_a_token_ends(client: Client, network: Network, end: str) -> None:
    officer = a_planner(network.county)
    text = a_token(officer, Role.STATION_OFFICER, network.township)
    assert client.get(WHO, **bearer(text)).status_code == 200
    if end == "revoked":
        revoke_token(token_id=ApiToken.objects.get().pk, actor=an_actor(officer), at=NOW)
    elif end == "run out":
        ApiToken.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    elif end == "owner disabled":
        User.objects.filter(pk=officer.pk).update(is_active=False)
    elif end == "owner ended":
        User.objects.filter(pk=officer.pk).update(valid_until="2020-01-01")
    else:
        officer.grants.all().delete()
        if end == "role narrowed":
            a_grant(officer, Role.STATION_OFFICER, network.store)
    assert client.get(WHO, **bearer(text)).status_code == 401


def test_a_token_gives_no_more_than_its_owner_has(network: Network) -> None:
    keeper = a_storekeeper(network.store)
    for role, where in ((Role.STOREKEEPER, network.warehouse), (Role.STATION_OFFICER, network.store)):
        with pytest.raises(Forbidden):
            a_token(keeper, role, where)
    with pytest.raises(Refused):
        a_token(keeper, Role.STOREKEEPER, network.store, lasts_days=367)
    assert not ApiToken.objects.exists()


def test_the_same_form_sent_twice_makes_one_token(network: Network) -> None:
    keeper, command_id = a_storekeeper(network.store), command_ids.new()
    a_token(keeper, Role.STOREKEEPER, network.store, command_id=command_id)
    with pytest.raises(Refused, match="already made"):
        a_token(keeper, Role.STOREKEEPER, network.store, command_id=command_id)
    assert ApiToken.objects.count() == 1


def test_strangers_tokens_are_unknown(network: Network) -> None:
    stranger = a_stranger(network)
    a_token(stranger, Role.STATION_OFFICER, network.sibling)
    token = ApiToken.objects.get()
    with pytest.raises(Unknown):
        revoke_token(token_id=token.pk, actor=an_actor(an_administrator(network.county)), at=NOW)
    revoke_token(token_id=token.pk, actor=an_actor(an_administrator(network.province)), at=NOW)
    token.refresh_from_db()
    assert token.revoked_at == NOW
