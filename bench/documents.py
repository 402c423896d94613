"""A document of 1,200 lines: drawn, opened, one line changed, checked, sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.rounds import Line
from tests.builders import CHECKED, a_county, a_facility, a_person, an_actor
from tests.stock_builders import a_product, an_item
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.documents.models import DrawnLine
from zhixuan.modules.documents.operations.change_line import change_line
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.command_ids import new

LINES = 1_200
OPEN_SECONDS, OPEN_QUERIES = 1.5, 15


def lines() -> list[Line]:
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    county = a_county("999902")
    store = a_facility(county, "DW", kind=Facility.Kind.WAREHOUSE, level=Area.Level.COUNTY)
    other = a_facility(county, "DT", supplied_by=store)
    open_places([store.pk, other.pk])
    keeper, checker = (a_person(Role.STOREKEEPER, store, username=f"bench-{who}") for who in ("keeper", "checker"))
    items = [an_item(a_product(f"paper-{number}")) for number in range(LINES)]
    _stock(store, items, an_actor(keeper))

    took, drawn = _timed(lambda: _drawn(store, other, items, an_actor(keeper)))
    found = [Line(f"{name}: document of {LINES} lines, drawn", f"{took:.2f} s")]
    client = Client(SERVER_NAME="localhost")
    client.force_login(keeper)
    address = reverse("documents:document", args=[drawn.id])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        took, _page = _timed(lambda: client.get(f"{address}?page=12"))
    bar, fine = f"{OPEN_SECONDS} s; {OPEN_QUERIES} queries", took < OPEN_SECONDS and len(asked) <= OPEN_QUERIES
    found.append(Line(f"{name}: opened", f"{took:.2f} s, {len(asked)} queries", bar=bar, reached=fine))
    row = DrawnLine.objects.filter(document_id=drawn.id)[700]
    changed = DocumentLine(row.product_id, None, 11)
    took, _done = _timed(
        lambda: change_line(document_id=drawn.id, line_id=row.pk, line=changed, **_said(an_actor(keeper)))
    )
    found.append(Line(f"{name}: one line changed", f"{took * 1000:.0f} ms"))
    _check(drawn.id, an_actor(checker))
    took, _done = _timed(lambda: send_document(document_id=drawn.id, **_said(an_actor(keeper))))
    return [*found, Line(f"{name}: sent, one transaction", f"{took:.2f} s")]


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    done = act()
    return perf_counter() - began, done


def _said(actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "command_id": new(), "at": timezone.now()}


def _stock(store: Facility, items: list[Item], actor: Actor) -> None:
    expires = timezone.localdate() + timedelta(days=900)
    goods = [Delivered(item.pk, f"P{item.pk}", expires, 100) for item in items]
    receive_delivery(facility_id=store.pk, lines=goods, on=timezone.localdate(), checked=CHECKED, **_said(actor))


def _drawn(store: Facility, other: Facility, items: list[Item], actor: Actor) -> Any:
    return draw_document(
        kind=DocumentKind.ISSUE,
        facility_id=store.pk,
        other_facility_id=other.pk,
        lines=[DocumentLine(item.product_id, None, 10) for item in items],
        on=timezone.localdate(),
        **_said(actor),
    )


def _check(document_id: int, actor: Actor) -> None:
    answers = {match.value: "ok" for match in Match}
    check_document(
        document_id=document_id,
        head={check.value: "ok" for check in Check},
        lines=dict.fromkeys(range(1, LINES + 1), answers),
        **_said(actor),
    )
