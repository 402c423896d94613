"""A program works on allocation plans: small ones are answered at once, large ones followed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.builders import a_county, a_person
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.stock_builders import a_command
from zhixuan.modules.accounts.models import User
from zhixuan.modules.orders.models import Order
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan, AllocationRun, AllocationStep
from zhixuan.shared.access import Role

API = "/api/planning"
PLANS, RUNS = f"{API}/allocations", f"{API}/allocation-runs"


@pytest.fixture
def large(db: None, settings: Any) -> AllocatingCounty:
    """Every plan is a large one."""
    settings.ALLOCATION_LINES_AT_ONCE = 0
    return an_allocating_county()


def program(person: User) -> Client:
    return Desk(person).client


def sent(client: Client, address: str, **body: Any) -> tuple[int, dict[str, Any]]:
    said = {"command_id": str(a_command())} | body
    answer = client.post(address, said, content_type="application/json")
    return answer.status_code, answer.json()


def state_at(client: Client, run: dict[str, Any]) -> str:
    """How far it is, at the address that the answer named."""
    answer = client.get(run["address"])
    assert answer.status_code == 200
    return str(answer.json()["state"])


def test_a_large_plan_from_drawing_up_to_its_end(large: AllocatingCounty, worker: OneJob) -> None:
    mine, above = program(large.planner), program(large.approver)
    wanted = {"command_id": str(a_command()), "givers": [large.warehouse.code]}
    status, run = sent(mine, f"{PLANS}/draw", **wanted)
    assert (status, run["verb"], run["state"], run["plan"], run["repeated"]) == (202, "draw", "waiting", None, False)
    status, again = sent(mine, f"{PLANS}/draw", **wanted)
    assert (status, again["id"], again["repeated"]) == (202, run["id"], True)
    assert not AllocationPlan.objects.exists()
    worker.run()
    assert state_at(mine, run) == "done"
    plan = mine.get(run["address"]).json()["plan"]
    status, again = sent(mine, f"{PLANS}/draw", **wanted)
    assert (status, again["id"], again["plan"], AllocationPlan.objects.count()) == (202, run["id"], plan, 1)
    address = f"{PLANS}/{plan}"

    large.change(plan, large.second, 20)
    status, run = sent(mine, f"{address}/rework", supply_percent=80)
    assert (status, run["verb"], run["plan"]) == (202, "rework", plan)
    worker.run()
    kept = AllocationPlan.objects.get()
    assert (kept.supply_percent, large.pieces(plan, large.second)) == (80, 20)
    assert sum(AllocationLine.objects.values_list("pieces", flat=True)) == 320

    assert sent(mine, f"{address}/submission")[0] == 201
    whole = above.get(address).json()
    decision = {"command_id": str(a_command()), "version": whole["version"], "changes_seen": whole["changes_seen"]}
    status, run = sent(above, f"{address}/approval", **decision)
    assert (status, run["verb"], Order.objects.count()) == (202, "approve", 0)
    worker.run()
    assert (state_at(above, run), Order.objects.count()) == ("done", 2)
    status, again = sent(above, f"{address}/approval", **decision)
    assert (status, again["id"], again["repeated"], Order.objects.count()) == (202, run["id"], True, 2)

    reason = {"command_id": str(a_command()), "note": "the fair is off"}
    status, run = sent(above, f"{address}/revocation", **reason)
    assert (status, run["verb"], run["state"]) == (202, "revoke", "waiting")
    worker.run()
    assert set(Order.objects.values_list("stage", flat=True)) == {"withdrawn"}
    status, again = sent(above, f"{address}/revocation", **reason)
    assert (status, again["id"], again["state"], again["repeated"]) == (202, run["id"], "done", True)
    assert AllocationStep.objects.filter(verb="revoke").count() == 1

    listed = mine.get(f"{RUNS}?plan={plan}").json()
    assert [row["verb"] for row in listed["rows"]] == ["revoke", "approve", "rework", "draw"]
    assert mine.get(f"{RUNS}?verb=approve").json()["total"] == 1
    assert mine.get(f"{RUNS}?plan={plan + 1}").json()["total"] == 0


def test_stopped_and_begun_again(large: AllocatingCounty, worker: OneJob) -> None:
    mine = program(large.planner)
    _status, run = sent(mine, f"{PLANS}/draw", givers=[large.warehouse.code])
    stop = f"{run['address']}/cancellation"
    assert [sent(mine, stop)[1]["state"] for _time in range(2)] == ["cancelled", "cancelled"]
    worker.run()
    assert not AllocationPlan.objects.exists()
    begin = {"command_id": str(a_command())}
    status, again = sent(mine, f"{run['address']}/resumption", **begin)
    assert (status, again["id"], again["state"], again["repeated"]) == (202, run["id"], "waiting", False)
    assert sent(mine, f"{run['address']}/resumption", **begin)[1]["repeated"]
    worker.run()
    assert (state_at(mine, run), AllocationPlan.objects.count()) == ("done", 1)
    status, refused = sent(mine, stop)
    assert (status, refused["errors"][0]["code"]) == (422, "ended")


def test_what_the_worker_refused_is_told_in_the_language_asked_for(large: AllocatingCounty, worker: OneJob) -> None:
    plan = large.draw().id
    large.change(plan, large.store, 390)
    large.change(plan, large.second, 390)
    mine = program(large.planner)
    _status, run = sent(mine, f"{PLANS}/{plan}/rework")
    assert state_at(mine, run) == "waiting"
    status, refused = sent(mine, f"{PLANS}/{plan}/rework")
    assert (status, refused["errors"][0]["code"]) == (422, "under_way")
    worker.run()
    told = mine.get(run["address"]).json()
    assert told["state"] == "failed"
    assert "adds up to 78 packs; only 40 can be sent" in told["messages"][0]
    chinese = mine.get(run["address"], headers={"accept-language": "zh-Hans"}).json()
    assert "78" in chinese["messages"][0]
    assert chinese["messages"] != told["messages"]


def test_what_can_be_told_at_once_is(large: AllocatingCounty) -> None:
    plan = large.approved()
    mine, above = program(large.planner), program(large.approver)
    for who, body, code in ((mine, {"note": "no"}, "own_plan"), (above, {}, "reason_needed")):
        status, refused = sent(who, f"{PLANS}/{plan}/revocation", **body)
        assert (status, refused["errors"][0]["code"]) == (422, code)
    status, refused = sent(above, f"{PLANS}/{plan}/rework")
    assert status == 422
    assert not AllocationRun.objects.exists()


def test_a_stranger_sees_nothing_and_one_who_only_looks_stops_nothing(large: AllocatingCounty) -> None:
    _status, run = sent(program(large.planner), f"{PLANS}/draw", givers=[large.warehouse.code])
    stranger = program(a_person(Role.TOWNSHIP_OFFICER, a_county("350100")))
    assert stranger.get(run["address"]).status_code == 404
    assert stranger.get(RUNS).json()["total"] == 0
    assert sent(stranger, f"{run['address']}/cancellation")[0] == 404
    auditor = program(a_person(Role.AUDITOR, large.orders.stock.network.county))
    assert auditor.get(run["address"]).status_code == 200
    assert sent(auditor, f"{run['address']}/cancellation")[0] == 403


def test_small_plans_are_answered_at_once(db: None) -> None:
    county = an_allocating_county()
    mine = program(county.planner)
    status, done = sent(mine, f"{PLANS}/draw", givers=[county.warehouse.code])
    assert (status, done["repeated"]) == (201, False)
    again = {"command_id": str(a_command()), "supply_percent": 50}
    assert sent(mine, f"{PLANS}/{done['id']}/rework", **again) == (201, done)
    assert sent(mine, f"{PLANS}/{done['id']}/rework", **again)[0] == 200
    assert sum(AllocationLine.objects.values_list("pieces", flat=True)) == 200
    assert not AllocationRun.objects.exists()


def test_a_draft_is_revoked_at_once_however_large(large: AllocatingCounty) -> None:
    plan = large.draw().id
    mine, said = program(large.planner), {"command_id": str(a_command())}
    assert sent(mine, f"{PLANS}/{plan}/revocation", **said)[0] == 201
    assert sent(mine, f"{PLANS}/{plan}/revocation", **said)[0] == 200
    assert AllocationPlan.objects.get().state == "revoked"
