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
    assert [step["verb"] for step in shown["steps"]] == ["draw", "submit", "review", "approve"]


def test_an_approval_is_whole_or_nothing_and_a_product_nobody_asked_for_is_named(county: OrderingCounty) -> None:
    order = county.draw().id
    warehouse = client_of(county.answerer)
    agreed = {"product": "condom", "pieces": 300, "reason": "others need some"}
    foreign = {"product": county.stock.pill.code, "pieces": 20, "reason": "they may need it"}
    path = f"/{order}/approval"
    status, refused = post(warehouse, path, command_id=str(a_command()), lines=[agreed, foreign])
    assert (status, refused["errors"][0]["code"]) == (422, "not_asked_for")
    assert county.stock.pill.name_en in refused["errors"][0]["message"]
    status, refused = post(warehouse, path, command_id=str(a_command()), lines=[agreed, agreed])
    assert "twice" in refused["errors"][0]["message"]
    status, refused = post(warehouse, path, command_id=str(a_command()), lines=[agreed | {"reason": ""}])
    assert refused["errors"][0]["code"] == "reason_needed"
    shown = warehouse.get(f"/api/orders/{order}").json()
    assert ([step["verb"] for step in shown["steps"]], shown["lines"][0]["approved"]) == (["draw", "submit"], None)

    given = {"command_id": str(a_command()), "lines": [agreed]}
    assert post(warehouse, path, **given)[0] == 201
    assert post(warehouse, path, **given)[0] == 200
    other = {"command_id": given["command_id"], "lines": [agreed | {"pieces": 200}]}
    assert post(warehouse, path, **other)[1]["errors"][0]["code"] == "command_conflict"


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
