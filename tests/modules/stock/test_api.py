"""The ledger's API: the same verbs as the screens, the same sight, and never a server error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests import builders
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.accounts.operations.issue_token import issue_token
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role


def _place(facility: Any) -> accounts.Place:
    found = accounts.place_by_code(facility.code)
    assert found is not None
    return found


class Program:
    """A program with a token for one facility."""

    def __init__(self, role: Role, facility: Any, owner: Any) -> None:
        self.token = issue_token(
            name="test",
            role=role,
            place=_place(facility),
            lasts_days=30,
            actor=builders.an_actor(owner),
            at=timezone.now(),
            command_id=command_ids.new(),
        )
        self.client = Client(headers={"authorization": f"Bearer {self.token}", "accept-language": "en"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api{path}")

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(f"/api{path}", json.dumps(body), "application/json")


@pytest.fixture
def network(db: None) -> builders.Network:
    network = builders.a_network()
    open_places([network.warehouse.id, network.store.id, network.sibling_store.id, network.sibling_warehouse.id])
    builders.kept_by_one(network.warehouse)
    builders.an_item()
    return network


@pytest.fixture
def warehouse(network: builders.Network) -> Program:
    return Program(Role.STOREKEEPER, network.warehouse, builders.a_storekeeper(network.warehouse))


@pytest.fixture
def store(network: builders.Network) -> Program:
    return Program(Role.DISPENSER, network.store, builders.a_dispenser(network.store))


def a_command(**more: Any) -> dict[str, Any]:
    return {"command_id": str(command_ids.new()), "on": timezone.localdate().isoformat(), **more}


def a_delivery(pieces: int = 1000) -> dict[str, Any]:
    expires_on = (timezone.localdate() + timedelta(days=900)).isoformat()
    return a_command(lines=[{"item": "CONDOM-10", "lot": "A1", "expires_on": expires_on, "pieces": pieces}])


def test_a_delivery_travels_from_the_warehouse_to_a_client(warehouse: Program, store: Program) -> None:
    assert warehouse.post("/stock/facilities/WA/deliveries", a_delivery()).status_code == 201
    sent = warehouse.post(
        "/stock/facilities/WA/transfers", a_command(to_facility="SA", lines=[{"product": "CONDOM", "pieces": 300}])
    ).json()
    arriving = store.get("/stock/transfers/awaiting").json()["rows"]
    lines = store.get(f"/stock/slips/{sent['event_id']}").json()["lines"]
    counted = [{"lot_id": line["lot_id"], "accepted": 290, "damaged": 4, "missing": 6} for line in lines]
    received = store.post(f"/stock/transfers/{sent['event_id']}/receipt", a_command(note="damp carton", lines=counted))
    given_out = store.post("/stock/facilities/SA/dispensings", a_command(lines=[{"product": "CONDOM", "pieces": 20}]))
    card = store.get("/stock/cards/SA/CONDOM").json()

    assert [row["event_id"] for row in arriving] == [sent["event_id"]]
    assert (received.status_code, given_out.status_code) == (201, 201)
    assert [line["balance"] for line in card["rows"]] == [270, 290]
    assert card["closing"] == 270
    assert check_ledger() == []


def test_the_same_command_is_answered_again_and_another_under_its_id_is_refused(warehouse: Program) -> None:
    body = a_delivery()
    first = warehouse.post("/stock/facilities/WA/deliveries", body)
    again = warehouse.post("/stock/facilities/WA/deliveries", body)
    other = warehouse.post("/stock/facilities/WA/deliveries", {**body, "note": "changed"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json() == {**first.json(), "repeated": True}
    assert other.json()["errors"][0]["code"] == "command_conflict"


def test_refusals_name_every_field_at_once(warehouse: Program) -> None:
    lines = [{"item": "NOPE", "lot": "A", "pieces": 1}, {"item": "ALSO-NOT", "lot": "B", "pieces": 1}]
    answer = warehouse.post("/stock/facilities/WA/deliveries", a_command(lines=lines))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["lines-0-item", "lines-1-item"]


def test_refusals_speak_the_language_of_the_caller(warehouse: Program) -> None:
    body = a_command(lines=[{"product": "CONDOM", "pieces": 5}])
    english = warehouse.post("/stock/facilities/WA/dispensings", body).json()["errors"][0]
    warehouse.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-Hans"
    chinese = warehouse.post("/stock/facilities/WA/dispensings", body).json()["errors"][0]
    assert english["code"] == chinese["code"] == "too_little"
    assert english["message"].startswith("Male latex condom")
    assert chinese["message"].startswith("天然胶乳橡胶避孕套")


def test_a_stranger_meets_nothing(store: Program, network: builders.Network) -> None:
    for path in ("/directory/facilities/SB", "/stock/cards/SB/CONDOM", "/stock/facilities/SB/months"):
        assert store.get(path).status_code == 404
    body = a_command(lines=[{"product": "CONDOM", "pieces": 1}])
    assert store.post("/stock/facilities/SB/dispensings", body).status_code == 404
    for path in ("/directory/facilities", "/stock/on-hand", "/stock/slips"):
        assert builders.CANARY not in store.get(path).content.decode()


def test_nobody_is_let_in_without_a_token(db: None) -> None:
    assert Client().get("/api/stock/on-hand").status_code == 401
    assert Client(headers={"authorization": "Bearer zx_wrong"}).get("/api/stock/on-hand").status_code == 401


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The real WSGI handler gives its connection back after each request; inside the test's transaction it must not."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("examples", [2, pytest.param(25, marks=pytest.mark.full)])
def test_no_request_makes_a_server_error(warehouse: Program, kept_connection: None, examples: int) -> None:
    """Schemathesis invents requests from the description, good and bad, with a token that may post."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    headers = {"Authorization": f"Bearer {warehouse.token}", "Accept-Encoding": "identity"}
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        )
        @given(case=operation.as_strategy())
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=checks)

        answers()
        tried += 1
    assert tried >= 20
    assert check_ledger() == []


def test_stock_is_not_sent_out_of_reach(warehouse: Program) -> None:
    """A facility of another county and one that does not exist are refused in the same words."""
    warehouse.post("/stock/facilities/WA/deliveries", a_delivery())
    lines = [{"product": "CONDOM", "pieces": 1}]
    answers = [
        warehouse.post("/stock/facilities/WA/transfers", a_command(to_facility=code, lines=lines))
        for code in ("SB", "NOWHERE")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["errors"][0]["code"] == "out_of_reach"
