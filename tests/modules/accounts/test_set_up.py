"""The first start: one administrator, asked for once, by whoever reads the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.builders import NOW, PASSWORD, TODAY
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.set_up import set_up, set_up_code
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Grant, Role, Unknown

pytestmark = pytest.mark.django_db
FORM = {"name": "王芳", "username": "Wang", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def keys() -> Path:
    folder: Path = settings.DATA / "keys"
    for path in folder.glob("setup.*"):
        path.unlink()
    return folder


def test_every_page_of_an_empty_system_leads_to_set_up(client: Client, keys: Path) -> None:
    for path in ("/", "/people/", "/account/login/", "/directory/", "/audit/"):
        answer = client.get(path)
        assert answer.status_code == 404 or answer["Location"] == "/set-up/", path
    assert client.get("/account/login/")["Location"] == "/set-up/"
    assert client.get("/health/").status_code == 200


def test_the_code_makes_the_first_administrator_once(client: Client, keys: Path) -> None:
    code = set_up_code(keys)
    assert code == set_up_code(keys)
    assert (keys / "setup.code").stat().st_mode & 0o077 == 0
    assert client.get("/set-up/").status_code == 200
    assert client.post("/set-up/", {**FORM, "code": code})["Location"] == "/account/login/"
    person = User.objects.get()
    assert queries.grants_of(person.pk, on=TODAY) == (Grant(Role.ADMINISTRATOR, "/"),)
    assert not list(keys.glob("setup.*"))
    assert client.get("/set-up/").status_code == 404
    assert client.post("/set-up/", {**FORM, "username": "second", "code": code}).status_code == 404
    assert set_up_code(keys) is None


@pytest.mark.parametrize("code", ["", "wrong", "aaaa-bbbb-cccc"])
def test_a_wrong_code_makes_nobody(client: Client, keys: Path, code: str) -> None:
    set_up_code(keys)
    assert client.post("/set-up/", {**FORM, "code": code}).status_code == 200
    assert queries.nobody_yet()


def test_without_a_code_file_nothing_opens(keys: Path) -> None:
    with pytest.raises(Refused):
        set_up(code="", username="x", name="X", password=PASSWORD, keys=keys, at=NOW)


def test_a_weak_password_uses_up_no_code(client: Client, keys: Path) -> None:
    code = set_up_code(keys)
    page = client.post("/set-up/", {**FORM, "code": code, "password": "1234567890", "again": "1234567890"})
    assert page.context["form"].errors["password"]
    assert queries.nobody_yet()
    assert set_up_code(keys) == code


def test_a_second_set_up_is_unknown(keys: Path) -> None:
    code = set_up_code(keys) or ""
    set_up(code=code, username="x", name="X", password=PASSWORD, keys=keys, at=NOW)
    with pytest.raises(Unknown):
        set_up(code=code, username="y", name="Y", password=PASSWORD, keys=keys, at=NOW)
