"""Signing in with a password: limits, sessions, temporary passwords, the same answer for known and unknown names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client
from django.urls import reverse

from tests.builders import (
    NOW,
    PASSWORD,
    TODAY,
    Network,
    a_dispenser,
    a_network,
    a_storekeeper,
    an_actor,
    an_administrator,
)
from zhixuan.config import settings as zhixuan_settings
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.disable_person import disable_person
from zhixuan.modules.accounts.operations.reset_password import reset_password
from zhixuan.modules.accounts.operations.revoke_role import revoke_role
from zhixuan.modules.accounts.sign_in.limits import forgive
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
PROFILE = "/account/"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Argon2 is slow on purpose; what is tested here does not depend on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def keeper(network: Network) -> User:
    return a_storekeeper(network.store, username="keeper", password=PASSWORD)


def try_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def test_a_good_password_signs_in_and_rotates_the_session(client: Client, keeper: User) -> None:
    client.get(LOGIN)
    client.cookies[settings.SESSION_COOKIE_NAME] = "fixated0000000000000000000000000"
    assert try_in(client, " Keeper ").status_code == 302
    assert client.session.session_key != "fixated0000000000000000000000000"
    assert signed_in(client)
    assert AuditEntry.objects.filter(verb="sign_in", actor_id=keeper.pk).count() == 1


def test_signing_out_ends_the_session_on_the_server(client: Client, keeper: User) -> None:
    try_in(client, "keeper")
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert not signed_in(thief)
    assert AuditEntry.objects.filter(verb="sign_out", actor_id=keeper.pk).exists()


@pytest.mark.parametrize("spellings", [["keeper"], ["keeper", "KEEPER", "Ｋeeper", " keeper", "keeper "], ["nobody"]])
def test_five_bad_tries_close_the_door_also_for_names_that_do_not_exist(
    client: Client, keeper: User, spellings: list[str]
) -> None:
    answers = [try_in(client, spellings[n % len(spellings)], "wrong-wrong-wrong").status_code for n in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert try_in(client, spellings[0]).status_code == 429


def test_the_answer_tells_nothing_about_whether_the_name_exists(keeper: User) -> None:
    def pages(username: str) -> list[str]:
        client = Client()
        return [_plain(try_in(client, username, "wrong-wrong-wrong").content.decode(), username) for _ in range(6)]

    assert pages("keeper") == pages("nobodyx")


def _plain(page: str, username: str) -> str:
    page = re.sub(r'(name="csrfmiddlewaretoken" value|data-csrf|nonce)="[^"]*"', "", page)
    return page.replace(username, "NAME")


@pytest.mark.parametrize("username", ["keeper", "nobodyx"])
def test_known_and_unknown_names_cost_one_hash_each(
    client: Client, keeper: User, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of an answer is the time of the hash: the same number of them for both."""
    hashes = []
    encode = MD5PasswordHasher.encode

    def counted(self, password: str, salt: str) -> str:
        hashes.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    try_in(client, username, "wrong-wrong-wrong")
    assert len(hashes) == 1


def test_passwords_are_kept_as_argon2(settings) -> None:
    settings.PASSWORD_HASHERS = [*zhixuan_settings.PASSWORD_HASHERS]
    assert make_password("x").startswith("argon2$argon2id$")


def test_the_door_opens_by_itself_and_tries_meanwhile_do_not_keep_it_shut(client: Client, keeper: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            try_in(client, "keeper", "wrong-wrong-wrong")
        clock.shift(timedelta(minutes=10))
        assert try_in(client, "keeper", "wrong-wrong-wrong").status_code == 429
        clock.shift(timedelta(minutes=5, seconds=1))
        assert try_in(client, "keeper").status_code == 302


def test_the_last_administrator_gets_in_again_from_the_machine(client: Client) -> None:
    an_administrator(None, username="root", password=PASSWORD)
    for _ in range(6):
        try_in(client, "root", "wrong-wrong-wrong")
    assert try_in(client, "root").status_code == 429
    forgive("Root")
    assert try_in(client, "root").status_code == 302


def test_fifty_bad_tries_from_one_address_close_it_for_all_names(client: Client, keeper: User) -> None:
    codes = [try_in(client, f"name{n}", "wrong-wrong-wrong").status_code for n in range(50)]
    assert codes[:49] == [200] * 49
    assert codes[49] == 429
    assert try_in(client, "keeper").status_code == 429
    assert try_in(Client(), "keeper", REMOTE_ADDR="10.1.2.3").status_code == 302


def test_ones_own_good_sign_in_does_not_hide_a_search_for_others_passwords(client: Client, keeper: User) -> None:
    for n in range(49):
        try_in(client, f"name{n}", "wrong-wrong-wrong")
    assert try_in(Client(), "keeper").status_code == 302
    assert try_in(client, "name49", "wrong-wrong-wrong").status_code == 429


def test_a_new_password_ends_other_sessions_and_keeps_this_one(client: Client, keeper: User) -> None:
    other = Client()
    try_in(client, "keeper")
    try_in(other, "keeper")
    new = "another-quiet-lantern"
    answer = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert signed_in(client)
    assert not signed_in(other)


def test_a_barred_person_is_out_at_the_next_click(client: Client, keeper: User, network: Network) -> None:
    try_in(client, "keeper")
    disable_person(person_id=keeper.pk, actor=an_actor(an_administrator(network.county)), at=NOW)
    assert not signed_in(client)
    assert try_in(client, "keeper")["Location"] == reverse("account_inactive")


def test_an_account_that_ended_is_out_and_stays_out(client: Client, keeper: User) -> None:
    try_in(client, "keeper")
    User.objects.filter(pk=keeper.pk).update(valid_until=TODAY - timedelta(days=400))
    assert not signed_in(client)
    assert try_in(client, "keeper")["Location"] == reverse("account_inactive")


def test_a_role_taken_away_is_gone_at_the_next_click(client: Client, network: Network, settings) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    root, other = an_administrator(network.province), an_administrator(network.county)
    client.force_login(other)
    assert client.get("/people/").status_code == 200
    revoke_role(grant_id=other.grants.get().pk, actor=an_actor(root), at=NOW)
    assert client.get("/people/").status_code == 403


def test_away_for_a_quarter_of_an_hour_is_signed_out(client: Client, keeper: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        try_in(client, "keeper")
        for _ in range(3):
            clock.shift(timedelta(minutes=14))
            assert signed_in(client)
        clock.shift(timedelta(minutes=16, seconds=1))
        assert not signed_in(client)


def test_after_twelve_hours_is_signed_out_in_any_case(client: Client, keeper: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        try_in(client, "keeper")
        for _ in range(72):
            clock.shift(timedelta(minutes=10))
            assert signed_in(client)
        clock.shift(timedelta(minutes=1))
        assert not signed_in(client)


def test_a_temporary_password_leads_to_a_new_one_and_nowhere_else(
    client: Client, keeper: User, network: Network
) -> None:
    administrator = an_actor(an_administrator(network.county))
    with time_machine.travel(NOW, tick=False) as clock:
        temporary = reset_password(person_id=keeper.pk, actor=administrator, at=NOW)
        try_in(client, "keeper", temporary)
        assert client.get(PROFILE)["Location"] == "/account/password/"
        htmx = client.get(PROFILE, headers={"HX-Request": "true"})
        assert htmx["HX-Redirect"] == "/account/password/"
        new = "another-quiet-lantern"
        client.post("/account/password/", {"oldpassword": temporary, "password1": new, "password2": new})
        assert signed_in(client)
        temporary = reset_password(person_id=keeper.pk, actor=administrator, at=NOW)
        clock.shift(timedelta(days=3, minutes=1))
        assert try_in(Client(), "keeper", temporary)["Location"] == LOGIN


def test_next_leads_only_within_the_site(client: Client, keeper: User) -> None:
    answer = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "keeper", "password": PASSWORD})
    assert answer["Location"] == "/"


def test_there_is_no_sign_up_and_no_mail(client: Client, keeper: User) -> None:
    for path in ("signup/", "email/", "password/reset/", "login/code/", "second-step/webauthn/signup/"):
        assert client.get(f"/account/{path}").status_code == 404


def test_demo_sign_in_does_not_exist_outside_the_demo(client: Client, network: Network) -> None:
    person = a_dispenser(network.store, is_demo=True)
    assert client.post("/account/demo/", {"person": person.pk}).status_code == 404


def test_demo_people_sign_in_by_one_click(client: Client, network: Network, settings) -> None:
    settings.DEMO = True
    person = a_dispenser(network.store, is_demo=True, name="Demo Dispenser")
    real = a_storekeeper(network.store, name="Real Keeper")
    page = client.get(LOGIN).content.decode()
    assert "Demo Dispenser" in page
    assert "Real Keeper" not in page
    assert client.post("/account/demo/", {"person": real.pk}).status_code == 404
    assert client.post("/account/demo/", {"person": "x"}).status_code == 404
    assert Client(enforce_csrf_checks=True).post("/account/demo/", {"person": person.pk}).status_code == 403
    assert client.post("/account/demo/", {"person": person.pk}).status_code == 302
    assert signed_in(client)
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


def test_the_language_goes_with_the_person(client: Client, keeper: User) -> None:
    try_in(client, "keeper")
    client.post("/i18n/setlang/", {"language": "en", "next": PROFILE})
    assert "My account" in client.get(PROFILE).content.decode()
    elsewhere = Client()
    try_in(elsewhere, "keeper")
    assert "My account" in elsewhere.get(PROFILE).content.decode()
