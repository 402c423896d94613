"""A program asks for a forecast, follows it, reads it; a stranger gets none of it."""

from __future__ import annotations

import math
from typing import Any

from django.test import Client

from tests.builders import a_storekeeper, a_stranger
from tests.modules.planning.conftest import OneJob
from tests.order_builders import OrderingCounty
from zhixuan.modules.planning.models import ForecastRun
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

ROOT = "/api/planning/forecast-runs"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{ROOT}{path}", body, content_type="application/json")


def test_asked_for_followed_and_read(county: OrderingCounty, worker: OneJob, settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    program = client_of(county.officer)
    township = county.stock.network.township.code
    wanted = {"command_id": str(new()), "area": township, "months_ahead": 3, "work": "plain"}
    made = sent(program, "/ask", **wanted)
    assert (made.status_code, made.json()["state"], made.json()["series"]) == (201, "waiting", 0)
    assert sent(program, "/ask", **wanted).json()["id"] == made.json()["id"]
    run = made.json()["id"]
    assert sent(program, f"/{run}/cancellation").json()["state"] == "cancelled"
    again = sent(program, f"/{run}/resumption", command_id=str(new()))
    assert (again.status_code, again.json()["state"]) == (201, "waiting")
    worker.run()
    done = program.get(f"{ROOT}/{run}").json()
    assert done["state"] == "done"
    assert done["series"] > 0
    series = program.get(f"{ROOT}/{run}/series?product={county.stock.condom.code}").json()
    assert series["rows"][0]["figures"]["median"] == [300.0] * 3
    assert all(math.isfinite(one) for row in series["rows"] for values in row["figures"].values() for one in values)
    assert program.get(ROOT).json()["total"] == 1
    assert program.get("/api/planning/forecasts").json()["total"] == done["series"]


def test_what_does_not_fit_is_said_and_others_see_nothing(county: OrderingCounty, settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    program = client_of(county.officer)
    township = county.stock.network.township.code
    wanted = {"command_id": str(new()), "area": township, "months_ahead": 3}
    assert sent(program, "/ask", **(wanted | {"months_ahead": 25})).status_code == 422
    assert sent(program, "/ask", **(wanted | {"until": "soon"})).json()["errors"][0]["field"] == "until"
    late = sent(program, "/ask", **(wanted | {"until": "2099-01"}))
    assert late.status_code == 422
    assert late.json()["errors"][0]["field"] == "until"
    assert sent(program, "/ask", **(wanted | {"area": "no-such"})).status_code == 404
    stranger = client_of(a_stranger(county.stock.network, Role.STATION_OFFICER))
    assert sent(stranger, "/ask", **wanted).status_code == 404
    assert sent(client_of(a_storekeeper(county.stock.store)), "/ask", **wanted).status_code in {403, 404}
    assert not ForecastRun.objects.exists()
