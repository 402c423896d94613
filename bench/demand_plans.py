"""A demand plan of twenty thousand lines: each answer of the server to whoever opens, edits, adds up and decides on it.

Through Django's own request handler with a session that is signed in: middleware, rights, questions, template.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone

from bench.rounds import Line
from tests.builders import a_county, a_facility, a_person, an_area
from tests.stock_builders import a_product
from zhixuan.modules.accounts.models import User
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.planning.models import DemandLine, DemandPlan
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

PLACES, PRODUCTS = 1_000, 20
SECONDS_MAX = 1.0
ROUNDS = 3
AT_ONCE = 500
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def lines() -> list[Line]:
    setup_test_environment()
    planner, decider, plan = _a_long_plan()
    desk, above = _signed_in(planner), _signed_in(decider)
    address = f"/planning/demand/{plan.pk}/"
    rows = desk.get(f"{address}grid/lines/").json()["rows"]
    one, many = _edits(rows[:1]), _edits(rows[:AT_ONCE])
    answers = {
        "list of plans": _usual(lambda: desk.get("/planning/demand/")),
        "first page": _usual(lambda: desk.get(address)),
        "spreadsheet, each part of 2,000 lines": _usual(lambda: desk.get(f"{address}grid/lines/?start=18000")),
        "one line changed": _usual(lambda: _save(desk, address, next(one))),
        f"{AT_ONCE} lines pasted": _usual(lambda: _save(desk, address, next(many))),
        "sums of all plans": _usual(lambda: desk.get("/planning/demand/sums/")),
        "sent in, with its version kept": _step(desk, address, "submit"),
        "returned": _step(above, address, "return", "look at the new estate"),
        "sent in again": _step(desk, address, "submit"),
        "two versions compared": _usual(lambda: desk.get(f"{address}versions/")),
        "only what differs": _usual(lambda: desk.get(f"{address}versions/?differs=1")),
        "cost": _usual(lambda: desk.get(f"{address}cost/")),
        "cost by product": _usual(lambda: desk.get(f"{address}cost/products/")),
        "approved": _step(above, address, "approve"),
        "what came of it": _usual(lambda: desk.get(f"{address}carried-out/")),
        "what came of it, by product": _usual(lambda: desk.get(f"{address}carried-out/products/")),
    }
    assert DemandPlan.objects.get().state == "approved"
    files = {
        "as Excel": _seconds(lambda: desk.get(f"{address}?export=xlsx")),
        "on paper": _seconds(lambda: desk.get(f"{address}print/")),
    }
    return [*(_line(what, seconds, bar=SECONDS_MAX) for what, seconds in answers.items())] + [
        _line(what, seconds) for what, seconds in files.items()
    ]


def _line(what: str, seconds: float, *, bar: float | None = None) -> Line:
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    return Line(
        f"{name}: demand plan of {PLACES * PRODUCTS} lines, {what}",
        f"{seconds:.2f} s",
        bar="" if bar is None else f"{bar:.0f} s",
        reached=None if bar is None else seconds < bar,
    )


def _step(person: Client, address: str, verb: str, note: str = "") -> float:
    said = {"command_id": str(new()), "note": note}
    return _seconds(lambda: person.post(f"{address}step/{verb}/", said))


def _a_long_plan() -> tuple[User, User, DemandPlan]:
    county = a_county("999901")
    township = an_area("999901100", Area.Level.TOWNSHIP, parent=county)
    planner = a_person(Role.TOWNSHIP_OFFICER, township, username="bench-planner")
    decider = a_person(Role.TOWNSHIP_OFFICER, county, username="bench-decider")
    a_facility(township, "B")
    like = Facility.objects.get(code="B")
    fields = {one.attname: getattr(like, one.attname) for one in Facility._meta.concrete_fields}
    Facility.objects.bulk_create(
        Facility(**(fields | {"id": None, "code": f"B{number:04}"})) for number in range(PLACES - 1)
    )
    products = [a_product(f"bench-{number}") for number in range(PRODUCTS)]
    head = {"year": timezone.localdate().year + 1, "state": "drawn", "drawn_on": timezone.localdate()}
    plan = DemandPlan.objects.create(area=township, drawn_by_name="bench", **head)
    DemandLine.objects.bulk_create(
        (
            DemandLine(plan=plan, facility_id=facility, product=product, **_terms(number))
            for number, facility in enumerate(Facility.objects.values_list("pk", flat=True))
            for product in products
        ),
        batch_size=1000,
    )
    return planner, decider, plan


def _terms(number: int) -> dict[str, Any]:
    use = f"{1000 + number}/7"
    known: dict[str, Any] = {"own_use": use, "passed": use, "norm_months": "2", "use_known": True, "quota": "120"}
    proposed = (1000 + number) * 2
    pieces = {"stock": 12, "on_the_way": 0, "pieces_per_pack": 1, "proposed": proposed, "pieces": proposed}
    return known | pieces | {"users": number, "users_source": "survey", "forecast_need": f"{number}.25"}


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def _edits(rows: list[list[Any]]) -> Any:
    """Every time other quantities of these lines."""
    number = 0
    while True:
        number += 1
        yield [{"line": row[0], "pieces": str(row[12] + number), "reason": "the new estate"} for row in rows]


def _save(desk: Client, address: str, changes: list[dict[str, Any]]) -> HttpResponse:
    answer = desk.post(f"{address}grid/save/", {"changes": changes}, content_type="application/json")
    assert len(answer.json()["rows"]) == len(changes), answer.json()
    return answer


def _usual(ask: Callable[[], Any]) -> float:
    """The slowest of three, after one that fills the caches."""
    ask()
    return max(_seconds(ask) for _round in range(ROUNDS))


def _seconds(ask: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - begin
    assert answer.status_code in {200, 302}, answer.status_code
    return seconds
