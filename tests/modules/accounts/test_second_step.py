"""The second sign-in step: who must have it, codes that work once, wrong codes that count."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tests.builders import NOW, PASSWORD, Network, a_dispenser, a_network, a_planner, an_actor, an_administrator
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.reset_second_step import reset_second_step
from zhixuan.modules.accounts.sign_in.passkeys import keys_at

pytestmark = pytest.mark.django_db
ASK = "/account/ask-second-step/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def officer(network: Network) -> User:
    return a_planner(network.county, username="officer", password=PASSWORD)


def with_app(person: User) -> User:
    totp.TOTP.activate(person, SECRET)
    return person


def code(steps: int = 0) -> str:
    counter = list(totp.yield_hotp_counters_from_time())[1] + steps
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def password_step(client: Client, username: str = "officer"):
    return client.post("/account/login/", {"login": username, "password": PASSWORD})


def code_step(client: Client, digits: str):
    return client.post("/account/second-step/authenticate/", {"code": digits})


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_far_reaching_roles_are_asked_and_have_a_week(client: Client, officer: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        password_step(client)
        assert client.get("/account/")["Location"] == ASK
        assert client.post("/people/")["Location"] == ASK
        assert client.get(ASK).status_code == 200
        client.post(ASK)
        assert inside(client)
        again = Client()
        password_step(again)
        assert again.get("/account/")["Location"] == ASK
        clock.shift(timedelta(days=7, seconds=1))
        late = Client()
        password_step(late)
        late.post(ASK)
        assert late.get("/account/")["Location"] == ASK
        assert late.get("/account/second-step/totp/activate/").status_code == 302


def test_others_may_but_need_not(client: Client, network: Network) -> None:
    a_dispenser(network.store, username="dispenser", password=PASSWORD)
    password_step(client, "dispenser")
    assert inside(client)
    assert client.get("/account/second-step/").status_code == 200


def test_setting_up_an_app_satisfies_it(client: Client, officer: User) -> None:
    password_step(client)
    path = "/account/second-step/totp/activate/"
    assert "/account/reauthenticate/" in client.get(path)["Location"]
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = client.get(path).context["form"].secret
    counter = list(totp.yield_hotp_counters_from_time())[1]
    client.post(path, {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))})
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)
    assert inside(client)
    assert client.get("/account/second-step/recovery-codes/").status_code == 200


def test_the_password_alone_does_not_open(client: Client, officer: User) -> None:
    with_app(officer)
    assert password_step(client)["Location"] == "/account/second-step/authenticate/"
    assert not inside(client)
    assert code_step(client, code()).status_code == 302
    assert inside(client)


def test_a_code_works_once_on_all_workers(client: Client, officer: User) -> None:
    with_app(officer)
    with time_machine.travel(NOW, tick=False):
        used = code()
        password_step(client)
        code_step(client, used)
        assert inside(client)
        cache.clear()
        thief = Client()
        password_step(thief)
        assert code_step(thief, used).status_code == 200
        assert code_step(thief, code(-1)).status_code == 200
        assert not inside(thief)
        assert code_step(thief, code(1)).status_code == 302


def test_five_wrong_codes_close_the_door(client: Client, officer: User) -> None:
    with_app(officer)
    password_step(client)
    assert [code_step(client, "000000").status_code for _ in range(5)] == [200] * 4 + [429]
    assert code_step(client, code()).status_code == 429
    assert not inside(client)


def test_a_recovery_code_works_once(client: Client, officer: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with_app(officer)
    spare = RecoveryCodes.activate(officer).generate_codes()[0]
    password_step(client)
    code_step(client, spare)
    assert inside(client)
    second = Client()
    password_step(second)
    code_step(second, spare)
    assert not inside(second)


def test_an_administrator_helps_whoever_lost_the_telephone(client: Client, officer: User, network: Network) -> None:
    with_app(officer)
    reset_second_step(person_id=officer.pk, actor=an_actor(an_administrator(network.county)), at=NOW)
    assert password_step(client)["Location"] == "/"
    assert client.get("/account/")["Location"] == ASK


# Where keys can work at all


@pytest.mark.parametrize(
    ("host", "is_secure", "trouble", "instead"),
    [
        ("localhost:8000", False, None, ""),
        ("zhixuan.localhost", False, None, ""),
        ("station.example", True, None, ""),
        ("station.example", False, "open", ""),
        ("127.0.0.1:8000", False, "number", "http://localhost:8000/account/?a=1"),
        ("[::1]:8000", False, "number", "http://localhost:8000/account/?a=1"),
        ("127.0.0.1", True, "number", "https://localhost/account/?a=1"),
        ("192.168.1.20:8000", False, "number", ""),
        ("[fd00::20]", True, "number", ""),
    ],
)
def test_keys_work_at_names_and_not_at_numbers(host: str, is_secure: bool, trouble: str | None, instead: str) -> None:
    found = keys_at(host, "/account/?a=1", is_secure)
    assert (found.trouble, found.instead) == (trouble, instead)


def test_a_page_opened_by_number_says_where_keys_work(officer: User) -> None:
    client = Client()
    by_name, by_number = {"SERVER_NAME": "localhost"}, {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000"}
    assert "passkey_login" in client.get("/account/login/", **by_name).content.decode()
    assert "passkey_login" not in client.get("/account/login/", **by_number).content.decode()
    client.force_login(with_app(officer))
    page = client.get("/account/second-step/", **by_number).content.decode()
    assert 'href="http://localhost:8000/account/second-step/"' in page
    add = 'href="/account/second-step/webauthn/add/"'
    assert add not in page
    assert add in client.get("/account/second-step/", **by_name).content.decode()
