"""The account screens as people use them: HTTP in, page out."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import (
    CANARY,
    PASSWORD,
    Network,
    a_network,
    a_planner,
    a_storekeeper,
    a_stranger,
    an_actor,
    an_administrator,
    an_auditor,
)
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.end_sessions import end_sessions
from zhixuan.shared import audit, command_ids
from zhixuan.shared.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_step(settings) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def administrator(network: Network) -> User:
    return an_administrator(network.county)


@pytest.fixture
def client(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_a_person_is_added_signs_in_and_is_led_to_a_new_password(client: Client, network: Network) -> None:
    form = {
        "command_id": command_ids.new(),
        "name": "李娜",
        "username": "li.na",
        "role": "storekeeper",
        "place": "SA",
        "language": "",
        "valid_until": "",
    }
    page = client.post("/people/add/", form)
    password = page.context["password"]
    assert password in page.content.decode()
    person = User.objects.get(username="li.na")
    assert person.area == network.township
    assert "李娜" in client.get("/people/").content.decode()
    newcomer = Client()
    newcomer.post("/account/login/", {"login": "li.na", "password": password})
    assert newcomer.get("/account/")["Location"] == "/account/password/"


def test_a_place_outside_is_refused_beside_the_field(client: Client) -> None:
    form = {"command_id": command_ids.new(), "name": "X", "username": "x", "role": "dispenser", "place": "SB"}
    page = client.post("/people/add/", form)
    assert "SB" in page.context["form"].errors["place"][0]
    assert CANARY not in page.content.decode()
    assert not User.objects.filter(username="x").exists()


def test_the_persons_page_gives_and_takes_roles(client: Client, network: Network) -> None:
    keeper = a_storekeeper(network.store)
    path = f"/people/{keeper.pk}/"
    assert client.get(path).status_code == 200
    form = {"command_id": command_ids.new(), "role": "outreach", "place": "420116", "ends_on": ""}
    assert client.post(f"{path}roles/", form).status_code == 302
    assert keeper.grants.filter(role=Role.OUTREACH).exists()
    grant = keeper.grants.get(role=Role.STOREKEEPER)
    assert client.post(f"/people/roles/{grant.pk}/revoke/")["Location"] == path
    assert not keeper.grants.filter(role=Role.STOREKEEPER).exists()
    for deed in ("disable", "enable", "sign-out", "second-step"):
        assert client.post(f"{path}{deed}/")["Location"] == path
    assert client.post(f"{path}password/").context["password"]
    assert client.post(f"{path}change/", {"command_id": command_ids.new(), "name": "New", "valid_until": ""})
    keeper.refresh_from_db()
    assert keeper.name == "New"


def test_a_refusal_is_said_on_the_persons_page(client: Client, network: Network, administrator: User) -> None:
    page = client.post(f"/people/{administrator.pk}/disable/", follow=True)
    assert "notice-error" in page.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active


def test_an_auditor_sees_and_changes_nothing(client: Client, network: Network) -> None:
    keeper = a_storekeeper(network.store)
    client.force_login(an_auditor(network.county))
    page = client.get(f"/people/{keeper.pk}/").content.decode()
    assert "/disable/" not in page
    assert client.post(f"/people/{keeper.pk}/disable/").status_code == 403
    assert client.get("/people/add/").status_code == 403


def test_the_audit_trail_is_of_ones_own_area(client: Client, network: Network, administrator: User) -> None:
    actor = an_actor(administrator)
    from django.utils import timezone

    for path, who in ((network.township.path, "own"), (network.sibling.path, CANARY), ("", "system " + CANARY)):
        audit.record(actor, "adjust_stock", "stock.event", who, path, {"note": who}, timezone.now())
    page = client.get("/audit/").content.decode()
    assert "own" in page
    assert network.township.name_zh in page
    assert network.township.path not in page
    assert CANARY not in page
    sheet = client.get("/audit/?export=xlsx")
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    client.force_login(an_auditor(None))
    assert page.count(CANARY) < client.get("/audit/").content.decode().count(CANARY)
    assert "own" not in client.get("/audit/?verb=sign_in").context["listing"].lines


def test_own_profile_and_tokens(client: Client, administrator: User) -> None:
    assert client.get("/account/").status_code == 200
    form = {"command_id": command_ids.new(), "name": "Renamed", "language": "en"}
    assert client.post("/account/", form).status_code == 302
    assert "My account" in client.get("/account/").content.decode()
    token = {
        "command_id": command_ids.new(),
        "name": "hub",
        "role": "administrator",
        "place": "420116",
        "lasts_days": 9,
    }
    text = client.post("/account/tokens/add/", token).context["token"]
    assert text.startswith("zx_")
    assert text not in client.get("/account/").content.decode()
    owned = administrator.tokens.get()
    assert client.post(f"/account/tokens/{owned.pk}/revoke/").status_code == 302
    owned.refresh_from_db()
    assert owned.revoked_at is not None


def test_another_persons_token_is_not_ones_own(client: Client, network: Network, administrator: User) -> None:
    stranger = a_stranger(network)
    other = Client()
    other.force_login(stranger)
    token = {
        "command_id": command_ids.new(),
        "name": "hub",
        "role": "station_officer",
        "place": "420117",
        "lasts_days": 9,
    }
    other.post("/account/tokens/add/", token)
    theirs = stranger.tokens.get()
    assert client.post(f"/account/tokens/{theirs.pk}/revoke/").status_code == 404
    assert client.post(f"/people/{administrator.pk}/tokens/{theirs.pk}/revoke/").status_code == 404


def test_signed_out_everywhere(network: Network, administrator: User) -> None:
    officer = a_planner(network.county, username="officer", password=PASSWORD)
    here = Client()
    here.post("/account/login/", {"login": "officer", "password": PASSWORD})
    assert here.get("/account/").status_code == 200
    assert end_sessions(person_id=officer.pk, actor=an_actor(administrator), at=officer.created_at) == 1
    assert here.get("/account/").status_code == 302


def test_other_sessions_can_be_ended_by_oneself(network: Network) -> None:
    a_planner(network.county, username="officer", password=PASSWORD)
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/account/login/", {"login": "officer", "password": PASSWORD})
    here.post("/account/sessions/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_pages_take_few_queries(client: Client, network: Network, django_assert_max_num_queries) -> None:
    for n in range(30):
        a_storekeeper(network.store, name=f"Keeper {n}")
    for path in ("/people/", f"/people/{User.objects.latest('pk').pk}/", "/audit/", "/account/"):
        client.get(path)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(client: Client, network: Network, language: str) -> None:
    client.cookies["zhixuan_language"] = language
    keeper = a_storekeeper(network.store)
    for path in (
        "/people/",
        "/people/add/",
        f"/people/{keeper.pk}/",
        f"/people/{keeper.pk}/change/",
        "/audit/",
        "/account/",
        "/account/tokens/add/",
        "/account/password/",
        "/account/second-step/",
        "/account/sessions/",
        "/account/reauthenticate/",
        "/account/logout/",
        "/account/second-step/webauthn/",
        "/account/ask-second-step/",
    ):
        assert client.get(path).status_code == 200, path
    assert Client().get("/account/inactive/").status_code == 200


def test_whole_place_is_offered_to_those_of_the_whole_only(network: Network, administrator: User) -> None:
    offered = {
        place.code for place in queries.places_for(an_actor(administrator), frozenset({Role.ADMINISTRATOR}), limit=9)
    }
    assert offered == {"420116", "420116100", "WA", "SA"}
    whole = queries.places_for(an_actor(an_administrator(None)), frozenset({Role.ADMINISTRATOR}), limit=9)
    assert whole[0] == queries.THE_WHOLE
