"""Orders for programs: list, show, ask, approve."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.modules.accounts.models import User


def client_of(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def post(client: Client, path: str, **content: Any) -> tuple[int, Any]:
    answer = client.post(f"/api/orders{path}", content, content_type="application/json")
    return answer.status_code, answer.json()


def test_asked_listed_shown_and_approved(county: OrderingCounty) -> None:
    store, warehouse = client_of(county.asker), client_of(county.answerer)
    given = {"command_id": str(a_command()), "facility": "SA"}
    status, done = post(store, "/ask", **given)
    assert (status, done["number"][:5]) == (201, "SA-RQ")
    assert post(store, "/ask", **given) == (200, {**done, "repeated": True})

    listed = warehouse.get("/api/orders?stage=submitted").json()
    assert [row["number"] for row in listed["rows"]] == [done["number"]]
    lines = [{"product": "condom", "pieces": 300}]
    status, refused = post(warehouse, f"/{done['id']}/approval", command_id=str(a_command()), lines=lines)
    assert (status, refused["errors"][0]["code"]) == (422, "reason_needed")
    lines[0]["reason"] = "others need some"
    status, _answer = post(warehouse, f"/{done['id']}/approval", command_id=str(a_command()), lines=lines)
    assert status == 201
    shown = store.get(f"/api/orders/{done['id']}").json()
    (line,) = shown["lines"]
    assert (shown["state"], line["asked"], line["approved"], line["sent"]) == ("approved", 500, 300, 0)
    assert [step["verb"] for step in shown["steps"]] == ["draw", "submit", "review", "review", "approve"]


def test_faults_are_named_and_others_see_nothing(county: OrderingCounty) -> None:
    store = client_of(county.asker)
    lines = [{"product": "condom", "pieces": 500}, {"product": "nothing", "pieces": 1}]
    status, refused = post(store, "/ask", command_id=str(a_command()), facility="SA", lines=lines)
    assert (status, refused["errors"][0]["field"]) == (422, "lines-1-product")
    status, refused = post(store, "/ask", command_id=str(a_command()), facility="SA", supplier="SB")
    assert (status, refused["errors"][0]["code"]) == (422, "no_supplier")
    order = county.draw().id
    status, _answer = post(store, f"/{order}/approval", command_id=str(a_command()))
    assert status == 403
    villager = client_of(county.villager)
    assert villager.get(f"/api/orders/{order}").status_code == 404
    assert villager.get("/api/orders").json() == {"total": 0, "rows": []}
