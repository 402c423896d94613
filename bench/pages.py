"""Pages: the stock card with 5,000 lines and stock on hand with 1,500 rows, against a bare page of 20 rows.

Each is asked for through the real WSGI handler with a session that is signed in: middleware, rights, queries, template.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from bench.rounds import Line, per_second
from tests.builders import a_county, a_facility, a_person, an_actor
from tests.stock_builders import a_product, an_item
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import Place
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.operations._slip import Slip
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, Move, PlaceKind
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.command_ids import new

CARD_LINES = 5_000
STORES, PRODUCTS = 100, 15
QUERIES_MAX = 12
REQUESTS = 12


def lines() -> list[Line]:
    person, stores, items = _a_network()
    _a_long_card(an_actor(person), stores[0], items[0])
    cookie = _signed_in(person)
    card = reverse("stock:card", args=[stores[0].id, items[0].product_id])
    on_hand = reverse("stock:on_hand")
    asked = {"bare": _asker("/bare/", cookie), card: _asker(card, cookie), on_hand: _asker(on_hand, cookie)}
    counted = {address: _queries(ask) for address, ask in asked.items()}
    speeds = per_second({name: _repeated(ask) for name, ask in asked.items()})
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    found = []
    for address, what in ((card, f"card of {CARD_LINES} lines"), (on_hand, f"on hand, {STORES * PRODUCTS} rows")):
        ratio = speeds[address] / speeds["bare"]
        found.append(
            Line(
                f"{name}: {what}, first page",
                f"{speeds[address]:.0f}/s, {counted[address]} queries",
                f"bare page {speeds['bare']:.0f}/s",
                ratio,
                f"0.1x, aim 0.25x; {QUERIES_MAX} queries",
                ratio >= 0.1 and counted[address] <= QUERIES_MAX,
            )
        )
    return found


def _a_network() -> tuple[User, list[Facility], list[Item]]:
    county = a_county("999901")
    person = a_person(Role.TOWNSHIP_OFFICER, county, username="bench")
    stores = [a_facility(county, f"B{number:03}") for number in range(STORES)]
    open_places([store.id for store in stores])
    items = [an_item(a_product(f"bench-{number}")) for number in range(PRODUCTS)]
    actor, now = an_actor(person), timezone.now()
    for store in stores:
        lines = [
            Delivered(item.id, f"{n}", timezone.localdate() + timedelta(days=400 + n), 100)
            for item in items
            for n in (0, 1)
        ]
        today = timezone.localdate()
        receive_delivery(facility_id=store.id, lines=lines, on=today, actor=actor, command_id=new(), at=now)
    return person, stores, items


def _a_long_card(actor: Actor, store: Facility, item: Item) -> None:
    """5,000 slips of one product over two years, in one transaction."""
    from django.db import transaction

    store_id = Place.objects.get(facility=store, kind=PlaceKind.STORE).id
    lot_id = item.lots.order_by("id").values_list("id", flat=True)[0]
    supplier, clients = OUTSIDE_PLACE_IDS[PlaceKind.SUPPLIER], OUTSIDE_PLACE_IDS[PlaceKind.CLIENTS]
    today = timezone.localdate()
    slips = []
    for number in range(CARD_LINES):
        coming = number % 2 == 0
        ends = (supplier, store_id) if coming else (store_id, clients)
        move = Move(lot_id, item.product_id, *ends, 5)
        kind = EventKind.RECEIPT if coming else EventKind.DISPENSING
        on = today - timedelta(days=(CARD_LINES - number) // 7)
        slips.append(Slip(new(), kind, store_id, store.code, on, (move,), other_place_id=ends[1 - coming]))
    with transaction.atomic():
        _posting.lock_places([store_id])
        _posting.post(slips, actor=actor, at=timezone.now())
    if connection.vendor == "postgresql":  # which looks at its tables by itself, a little later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _signed_in(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"zhixuan_session={session.session_key}"


def _asker(address: str, cookie: str) -> Callable[[], None]:
    handler = _handler(bare=address == "/bare/")

    def ask() -> None:
        answer: dict[str, Any] = {}
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": cookie,
            "HTTP_ACCEPT_LANGUAGE": "zh-CN",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        body = handler(environ, lambda status, headers: answer.update(status=status, headers=headers))
        list(body)
        close = getattr(body, "close", None)
        if close:
            close()
        assert answer["status"].startswith("200"), f"{address}: {answer}"

    return ask


USUAL_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def _handler(*, bare: bool) -> Any:
    """The system as it is; for the floor a Django as `startproject` makes it, with one address."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    if not bare:
        return WSGIHandler()
    with override_settings(MIDDLEWARE=[f"{__name__}.only_bare", *USUAL_MIDDLEWARE]):
        return WSGIHandler()


def only_bare(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that leads every address to the bare page, and does nothing else."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return answer


BARE = """<!doctype html><title>Bare</title><table>{% for row in rows %}<tr><td>{{ row.code }}</td>
<td>{{ row.name_zh }}</td><td>{{ row.level }}</td></tr>{% endfor %}</table>"""


@login_required
def bare(_request: HttpRequest) -> HttpResponse:
    """Twenty rows of one table for whoever is signed in, nothing else."""
    rows = list(Facility.objects.order_by("code")[:20])
    return HttpResponse(_bare_template().render({"rows": rows}))


@cache
def _bare_template() -> Any:
    return engines["django"].from_string(BARE)


urlpatterns = [path("bare/", bare)]


def _repeated(ask: Callable[[], None]) -> Callable[[], int]:
    def many() -> int:
        for _ in range(REQUESTS):
            ask()
        return REQUESTS

    return many


def _queries(ask: Callable[[], None]) -> int:
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)
