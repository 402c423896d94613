"""An order of 1,200 lines through the real WSGI handler: opened, one line changed, approved."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.rounds import Line
from tests import databases
from tests.order_builders import OrderingCounty, a_long_order, an_ordering_county
from zhixuan.modules.orders.models import OrderLine
from zhixuan.shared.command_ids import new

SECONDS_MAX = 1.5
QUERIES_MAX = 15


def lines() -> list[Line]:
    """On a copy of the database as it is, so that the benches after find it empty."""
    with tempfile.TemporaryDirectory(prefix="zhixuan-bench-") as folder, databases.fresh(Path(folder) / "orders"):
        return _lines()


def _lines() -> list[Line]:
    county = an_ordering_county()
    order = a_long_order(county)
    store, answer = _desk(county, county.asker), _desk(county, county.answerer)
    change, review = f"/orders/{order}/change/", f"/orders/{order}/review/"
    product = OrderLine.objects.filter(order=order)[700].product_id
    typed = {f"quantity-{product}": "3 packs", f"reason-{product}": "fewer"}
    store.get(change)  # warm
    return [
        _measured("open an order of 1,200 lines", lambda: store.get(change)),
        _measured("change one line of it", lambda: store.post(f"{change}{product}/", typed)),
        _measured("send it in", lambda: store.post(f"/orders/{order}/submit/", {"command_id": str(new())})),
        _measured("open it to review", lambda: answer.get(review)),
        _measured("approve it", lambda: answer.post(f"/orders/{order}/approve/", {"command_id": str(new())})),
        _measured("open it approved", lambda: answer.get(f"/orders/{order}/")),
    ]


def _desk(county: OrderingCounty, person: object) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def _measured(what: str, act: Callable[[], HttpResponse]) -> Line:
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    seconds = time.perf_counter() - begin
    assert answer.status_code in (200, 302), f"{what}: {answer.status_code}"  # a page that fails is quick
    opens = what.startswith("open")
    reached = seconds <= SECONDS_MAX and (not opens or len(queries) <= QUERIES_MAX)
    bar = f"{SECONDS_MAX} s" + (f", {QUERIES_MAX} queries" if opens else "")
    return Line(f"{name}: {what}", f"{seconds:.2f} s, {len(queries)} queries", bar=bar, reached=reached)
