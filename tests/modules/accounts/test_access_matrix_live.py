"""The access matrix as it is lived: real requests for URL x method x role x {own, child, sibling area}.

What the table refuses is answered 403, or 404 where the object is out of sight too, and changes not one row; what it
allows is answered neither with 401, 403, 404 nor a failure; a sibling area's object is always 404; and no answer to
a person of county A, page or file, holds the canary of county B.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tests import access_objects
from tests.access_objects import BUILDERS, OF_NO_AREA, World
from tests.access_table import Address, Line, addresses, table
from tests.builders import CANARY, a_network, a_person, an_actor, an_administrator
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.issue_token import issue_token
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role

pytestmark = pytest.mark.either_database

ADDRESSES = [address for address in addresses() if address.name in table()]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FULL = "full"
SIGN_IN = ("/account/login/", "/set-up/")
EMPTY_AT_FIRST = {
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}
"""About something of one's own that nobody has yet: 404 until then."""


class Callers:
    """One person a role in county A, some who may not be there at all, and a program with a token."""

    def __init__(self, world: World) -> None:
        county = world.network.county
        self.whole = self._client(an_administrator(None))
        self.by_role = {role: self._client(a_person(role, county)) for role in Role}
        barred = a_person(Role.STATION_OFFICER, county, is_active=False)
        ended = a_person(Role.STATION_OFFICER, county, valid_until=datetime.now(UTC).date() - timedelta(days=2))
        self.outside = {"anonymous": Client(), "barred": self._client(barred), "ended": self._client(ended)}
        self.csrf = Client(enforce_csrf_checks=True)
        self.csrf.force_login(a_person(Role.ADMINISTRATOR, county))
        self.program = self._program(a_person(Role.STATION_OFFICER, county))

    @staticmethod
    def _client(person: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        client.get("/account/")
        return client

    @staticmethod
    def _program(officer: User) -> Client:
        """A token of a station officer for county A, used before, so that its use is not noted again."""
        text = issue_token(
            name="program",
            role=Role.STATION_OFFICER,
            place=queries.place_by_code("420116") or queries.THE_WHOLE,
            lasts_days=9,
            actor=an_actor(officer),
            at=datetime.now(UTC),
            command_id=command_ids.new(),
        )
        client = Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
        client.get("/api/catalogue/products")
        return client


@dataclass
class Scene:
    """All that a test needs: made once, each test and each request in it is undone."""

    world: World
    callers: Callers
    before: str = ""


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Asked for with `FULL`, county B has one of everything."""
    with django_db_blocker.unblock(), override_settings(SECOND_STEP_ROLES=frozenset()), transaction.atomic():
        world = World(a_network())
        for kind in sorted(BUILDERS) if getattr(request, "param", None) == FULL else ():
            BUILDERS[kind](world, world.spots["sibling"])
        yield Scene(world, Callers(world))
        transaction.set_rollback(True)


@pytest.fixture
def scene(stage: Scene) -> Iterator[Scene]:
    with transaction.atomic():
        yield stage
        transaction.set_rollback(True)


def rows() -> str:
    """Every row of every table of ours, as one digest. Asked plainly: it is looked at after thousands of requests."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for name, statement in statements():
            cursor.execute(statement)
            for row in cursor.fetchall():
                plain = [bytes(value) if isinstance(value, memoryview) else value for value in row]
                digest.update(repr((name, plain)).encode())
    return digest.hexdigest()


@cache
def statements() -> list[tuple[str, str]]:
    """By table, what asks for all of it in the order of its key."""
    quoted = connection.ops.quote_name
    return [
        (meta.db_table, f"SELECT * FROM {quoted(meta.db_table)} ORDER BY {', '.join(map(quoted, _key(model)))}")
        for model in apps.get_models()
        for meta in [model._meta]
        if model.__module__.startswith("zhixuan.")
    ]


def _key(model: type[Model]) -> list[str]:
    return [str(field.column) for field in getattr(model._meta, "pk_fields", [model._meta.pk])]


def call(client: Client, method: str, path: str) -> HttpResponse:
    """One request, undone afterwards."""
    return _send(client, method, path)[0]


def refuse(client: Client, method: str, path: str, scene: Scene) -> HttpResponse:
    """One request that must change nothing; looked at before it is undone."""
    answer, after = _send(client, method, path, look=method in UNSAFE)
    assert after in {"", scene.before}, f"{method} {path} changed rows"
    return answer


def _send(client: Client, method: str, path: str, *, look: bool = False) -> tuple[HttpResponse, str]:
    kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, path, content_type=kind)
        after = rows() if look else ""
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, after


def texts(answer: HttpResponse) -> Iterator[str]:
    """All that an answer tells: headers, page, and the sheets of a workbook."""
    yield str(answer.headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode(errors="replace")
    else:
        yield body.decode(errors="replace")


def clean(answer: HttpResponse) -> bool:
    return not any(CANARY in text for text in texts(answer))


def is_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN))


def paths(address: Address, line: Line, scene: Scene) -> dict[str, str]:
    """The URL by where its object lies; one entry, "own", when it names none."""
    if line.kind:
        build, spots = BUILDERS[line.kind], scene.world.spots
        if line.kind in OF_NO_AREA:
            spots = {"own": spots["own"]}
        found = {where: reverse(address.name, kwargs=build(scene.world, spot)) for where, spot in spots.items()}
    else:
        found = {"own": reverse(address.name)}
    scene.before = rows()
    return found


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_people(address: Address, scene: Scene) -> None:
    """Every role, in its own area, in the one below and in the sibling."""
    line = table()[address.name]
    for where, path in paths(address, line, scene).items():
        for method in line.who:
            for role, client in scene.callers.by_role.items():
                _try(Try(address, line, method, path, where, role), client, scene)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.is_api], ids=lambda address: address.name)
def test_programs(address: Address, scene: Scene) -> None:
    """A token of a station officer."""
    line = table()[address.name]
    for where, path in paths(address, line, scene).items():
        for method, who in line.who.items():
            if who != "anyone":
                _try(Try(address, line, method, path, where, Role.STATION_OFFICER), scene.callers.program, scene)


@dataclass(frozen=True, slots=True)
class Try:
    """Who tries what where."""

    address: Address
    line: Line
    method: str
    path: str
    where: str
    role: Role

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.role}, {self.where} area"

    @property
    def statuses(self) -> set[int]:
        """Statuses of a refusal; the API may find an empty body wrong before it looks who sends it."""
        in_list = self.role in self.line.roles(self.method)
        unread = {422} if self.address.is_api and self.method in UNSAFE else set()
        return ({404} if in_list and self.where == "sibling" else {403, 404}) | unread


def _try(one: Try, client: Client, scene: Scene) -> None:
    who = one.line.who[one.method]
    if who == "owner":
        answer = refuse(client, one.method, one.path, scene)
        assert answer.status_code == 404 or "/reauthenticate/" in answer.headers.get("Location", ""), str(one)
    elif one.where == "sibling" or one.role not in one.line.roles(one.method):
        answer = refuse(client, one.method, one.path, scene)
        assert answer.status_code in one.statuses, f"{one}: {answer.status_code}"
    else:
        answer = call(client, one.method, one.path)
        wrong = {401, 403, 404} - ({404} if one.address.name in EMPTY_AT_FIRST else set())
        is_open = answer.status_code < 500 and answer.status_code not in wrong and not is_sign_in(answer)
        assert is_open or who == "anyone", f"{one}: {answer.status_code}"
        assert answer.status_code < 500, f"{one}: {answer.status_code}"
    assert clean(answer), f"{one}: the canary was told"


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_outside(address: Address, scene: Scene) -> None:
    """Nobody, the barred and those whose account ended are led to the sign-in; a token opens nothing but the API."""
    line, callers = table()[address.name], scene.callers
    path = paths(address, line, scene)["own"]
    for method, who in line.who.items():
        for name, client in callers.outside.items():
            answer = refuse(client, method, path, scene)
            told = f"{method} {path} as {name}: {answer.status_code}"
            assert answer.status_code < 500 if who == "anyone" else is_sign_in(answer), told
        if not address.is_api and who != "anyone":
            assert is_sign_in(refuse(callers.program, method, path, scene)), f"{method} {path} with a token"
        if who == "whole":
            assert call(callers.whole, method, path).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_writing(address: Address, scene: Scene) -> None:
    """Methods that the table does not name change nothing; those it names need the CSRF token."""
    line, callers = table()[address.name], scene.callers
    path = paths(address, line, scene)["own"]
    for method in UNSAFE:
        if method in line.who:
            assert refuse(callers.csrf, method, path, scene).status_code == 403, f"{method} {path} without CSRF token"
            continue
        for role in (Role.ADMINISTRATOR, Role.STATION_OFFICER):
            assert refuse(callers.by_role[role], method, path, scene).status_code < 500, f"{method} {path}"


@pytest.mark.parametrize("stage", [FULL], indirect=True, scope="module")
@pytest.mark.parametrize(
    "address",
    [one for one in ADDRESSES if "GET" in table()[one.name].who and not one.is_api],
    ids=lambda address: address.name,
)
def test_files_and_searches(address: Address, scene: Scene) -> None:
    """With everything of county B there to be told, neither lists nor their files nor searches tell it."""
    path = paths(address, table()[address.name], scene)["own"]
    for role in (Role.ADMINISTRATOR, Role.STATION_OFFICER, Role.AUDITOR):
        for asked in (path, f"{path}?export=xlsx", f"{path}?q={CANARY[:6]}"):
            answer = call(scene.callers.by_role[role], "GET", asked)
            assert not any(CANARY in text for text in texts(answer)), f"{asked} as {role}"


def test_the_canary_is_there_to_be_found(scene: Scene) -> None:
    """Control: whoever answers for the province sees what people of county A must not."""
    access_objects.person(scene.world, scene.world.spots["sibling"])
    client = Client()
    client.force_login(an_administrator(scene.world.network.province))
    assert not clean(client.get("/people/"))
    assert not clean(client.get("/people/?export=xlsx"))
