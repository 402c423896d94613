"""An allocation plan of 2,000 places, 20 products and 5 lots each: each answer of the server to who works on it.

Through Django's own request handler with a session that is signed in: middleware, rights, questions, template. The need
is of stored forecasts; the stores of the places are empty.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone

from bench.demand_plans import BACKEND
from bench.rounds import Line
from tests.builders import CHECKED, a_county, a_facility, a_person, an_actor, an_area
from tests.stock_builders import a_product, an_item
from zhixuan.config.wiring import JOBS
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan, ForecastLine, ForecastRun
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new
from zhixuan.shared.worker import Worker

PLACES, PRODUCTS, LOTS = 2_000, 20, 5
HORIZON = 6
EDIT_SECONDS_MAX, DEED_SECONDS_MAX, WORKER_SECONDS_MAX = 1.0, 5.0, 10.0
GIVEN_PERCENT = 85


def lines() -> list[Line]:
    setup_test_environment()
    planner, decider, warehouse = _a_county_of_places()
    desk, above = (Client(raise_request_exception=True) for _ in range(2))
    desk.force_login(planner, backend=BACKEND)
    above.force_login(decider, backend=BACKEND)
    desk.get("/planning/allocation/draw/")  # the first page of a process loads the code of all of them
    said = {"command_id": str(new()), "givers": warehouse, "supply_percent": GIVEN_PERCENT}
    measured = _in_background("drawn up", lambda: desk.post("/planning/allocation/draw/", said))
    plan = AllocationPlan.objects.get()
    address = f"/planning/allocation/{plan.pk}/"
    line = AllocationLine.objects.filter(plan=plan, pieces__gt=0).order_by("pk")[0]
    fewer = {f"quantity-{line.pk}": line.pieces - line.pieces_per_pack, f"reason-{line.pk}": "a fair is off"}
    edits: dict[str, Callable[[], Any]] = {
        "opened": lambda: desk.get(address),
        "added up, after the page": lambda: desk.get(f"{address}?part=sums"),
        "opened to change quantities": lambda: desk.get(f"{address}edit/"),
        "one line changed": lambda: desk.post(f"{address}edit/{line.pk}/", fewer),
        "one line bounded": lambda: desk.post(f"{address}lines/{line.pk}/", {"most": line.pieces}),
        "what if": lambda: desk.get(f"{address}what-if/?supply_percent=60"),
        "what if, over another time": lambda: desk.get(f"{address}what-if/?supply_percent=60&horizon_months=4"),
    }
    measured |= {what: (_seconds(ask), EDIT_SECONDS_MAX) for what, ask in edits.items()}
    again = {"command_id": str(new()), "supply_percent": GIVEN_PERCENT}
    measured |= _in_background("worked out again", lambda: desk.post(f"{address}rework/", again))
    step = {"command_id": str(new())}
    measured["sent in"] = (_seconds(lambda: desk.post(f"{address}step/submit/", step)), DEED_SECONDS_MAX)
    decision = _decision(above.get(f"{address}?part=sums").content.decode()) | {"command_id": str(new())}
    seen = _seconds(lambda: above.get(f"{address}?part=sums"))
    measured["added up with what has changed in stores"] = (seen, EDIT_SECONDS_MAX)
    measured |= _in_background("approved", lambda: above.post(f"{address}approve/", decision))
    plan.refresh_from_db()
    assert plan.state == "approved", plan.state
    why = {"command_id": str(new()), "note": "the fair is off"}
    measured |= _in_background("revoked", lambda: above.post(f"{address}step/revoke/", why))
    plan.refresh_from_db()
    assert plan.state == "revoked", plan.state
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    return [
        Line(
            f"{name}: allocation plan of {PLACES * PRODUCTS} lines, {what}",
            f"{seconds:.2f} s",
            bar=f"{bar:.0f} s",
            reached=seconds < bar,
        )
        for what, (seconds, bar) in measured.items()
    ]


def _in_background(what: str, ask: Callable[[], Any]) -> dict[str, tuple[float, float]]:
    """The answer to who asks, and how long the worker then has it."""
    asked = _seconds(ask)
    begin, used = time.perf_counter(), time.process_time()
    with TemporaryDirectory() as folder:
        Worker(handlers=JOBS, periodic=(), pulse_file=Path(folder) / "pulse").run(until_idle=True)
    worked = time.perf_counter() - begin
    told = f"{what}: {worked:.2f} s by the worker, {time.process_time() - used:.2f} s of a processor"
    print(told, file=sys.stderr, flush=True)
    return {f"{what}: asked for": (asked, EDIT_SECONDS_MAX), f"{what}: by the worker": (worked, WORKER_SECONDS_MAX)}


def _decision(page: str) -> dict[str, str]:
    """What the approver has seen, as the page sends it along."""
    found = {name: re.search(rf'name="{name}" value="(\w*)"', page) for name in ("version", "changes_seen")}
    return {name: match[1] for name, match in found.items() if match}


def _a_county_of_places() -> tuple[User, User, int]:
    """Two officers and the store that feeds all places: of each product five lots, for about half the need."""
    county = a_county("999901")
    planner, decider = (a_person(Role.TOWNSHIP_OFFICER, county, username=f"bench-{who}") for who in ("a", "b"))
    warehouse = a_facility(county, "W", kind=Facility.Kind.WAREHOUSE, level=Area.Level.COUNTY)
    townships = [an_area(f"9999011{number:02}", Area.Level.TOWNSHIP, parent=county) for number in range(20)]
    like = a_facility(townships[0], "P", supplied_by=warehouse)
    fields = {one.attname: getattr(like, one.attname) for one in Facility._meta.concrete_fields}
    Facility.objects.bulk_create(
        Facility(**(fields | {"id": None, "code": f"P{number:04}", "area_id": area.pk, "area_path": area.path}))
        for number in range(PLACES - 1)
        for area in [townships[number % len(townships)]]
    )
    places = list(Facility.objects.filter(supplied_by=warehouse).values_list("pk", flat=True))
    open_places([warehouse.pk, *places])
    items = [an_item(a_product(f"bench-{number}")) for number in range(PRODUCTS)]
    today = timezone.localdate()
    receive_delivery(
        facility_id=warehouse.pk,
        lines=[
            Delivered(item.pk, f"L{item.pk}-{lot}", today + timedelta(days=400 + 60 * lot), PLACES * 20)
            for item in items
            for lot in range(LOTS)
        ],
        checked=CHECKED,
        on=today,
        actor=an_actor(planner),
        command_id=new(),
        at=timezone.now(),
    )
    _forecasts(county, places, items)
    return planner, decider, warehouse.pk


def _forecasts(county: Area, places: list[int], items: list[Item]) -> None:
    """Another need at each place, two months in every three."""
    until = Month.of(timezone.localdate()).plus(-1).first_day
    asked = {"profile": "plain", "horizon": HORIZON, "state": "done", "job_id": new(), "asked_at": timezone.now()}
    run = ForecastRun.objects.create(area=county, data_until=until, **asked)
    kept = {"run": run, "current": True, "method": "medians", "reported": 12, "year_mean": 0}
    ForecastLine.objects.bulk_create(
        (
            ForecastLine(facility_id=place, product=item.product, figures=_figures(10 + at % 90), next_median=9, **kept)
            for at, place in enumerate(places)
            for item in items
        ),
        batch_size=1000,
    )


def _figures(mean: int) -> dict[str, list[float]]:
    shares = {"mean": 1, "p10": 0.2, "median": 0.9, "p80": 1.5, "p90": 1.9, "p95": 2.4}
    return {name: [mean * share] * HORIZON for name, share in shares.items()}


def _seconds(ask: Callable[[], Any]) -> float:
    begin, used = time.perf_counter(), time.process_time()
    answer = ask()
    seconds = time.perf_counter() - begin
    assert answer.status_code in {200, 302}, (answer.status_code, answer.content.decode()[:2000])
    print(f"{seconds:.2f} s, {time.process_time() - used:.2f} s of a processor", file=sys.stderr, flush=True)
    return seconds
