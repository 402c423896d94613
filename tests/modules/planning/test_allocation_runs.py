"""Large allocation plans are worked on in the background: asked for once, written at the end, told like small ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.allocation_builders import AllocatingCounty, an_allocating_county
from tests.builders import NOW, TODAY, a_county, a_person, an_actor
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.stock_builders import a_command
from zhixuan.modules.accounts.models import RoleGrant
from zhixuan.modules.orders.models import Order
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan, AllocationRun
from zhixuan.modules.planning.operations import carry_out_allocation as carrying_out
from zhixuan.modules.planning.operations.cancel_allocation import cancel_allocation
from zhixuan.modules.planning.operations.prepare_allocation import prepare_allocation
from zhixuan.modules.planning.operations.request_allocation import request_allocation
from zhixuan.modules.planning.operations.resume_allocation import resume_allocation
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import Job

DRAW = "/planning/allocation/draw/"


@pytest.fixture
def allocating(db: None, settings: Any) -> AllocatingCounty:
    """Every plan is a large one."""
    settings.ALLOCATION_LINES_AT_ONCE = 0
    return an_allocating_county()


def asked(county: AllocatingCounty, verb: str, plan: int | None = None, **more: Any) -> int:
    said: dict[str, Any] = {"verb": verb, "plan_id": plan, "on": TODAY, "actor": county.actor, "at": NOW}
    if plan is None:
        said |= {"giver_ids": [county.warehouse.pk]}
    return request_allocation(**said | {"command_id": a_command()} | more).id


def posted(desk: Desk, path: str, **fields: object) -> str:
    """Where a button leads to."""
    return desk.send(path, {}, command_id=a_command(), **fields)


def state_of(run: int) -> str:
    return AllocationRun.objects.get(pk=run).state


def shares(plan: int | None) -> list[tuple[int, int]]:
    return sorted(AllocationLine.objects.filter(plan=plan).values_list("facility_id", "pieces"))


def test_drawn_up_reworked_and_approved_from_the_screens(allocating: AllocatingCounty, worker: OneJob) -> None:
    desk, above = Desk(allocating.planner), Desk(allocating.approver)
    said = {"givers": allocating.warehouse.pk, "supply_percent": 100}
    run_page = posted(desk, DRAW, **said)
    assert posted(desk, DRAW, **said) == run_page, "a second tab is led to what is under way"
    assert "Waiting for its turn" in desk.page(run_page)
    assert "is being drawn up" in desk.page("/planning/allocation/")
    assert not AllocationPlan.objects.exists()
    worker.run()
    plan = AllocationPlan.objects.get()
    home = f"/planning/allocation/{plan.pk}/"
    assert desk.client.get(run_page)["Location"] == home
    assert sum(pieces for _place, pieces in shares(plan.pk)) == 400

    first = shares(plan.pk)
    allocating.change(plan.pk, allocating.second, 20)
    run_page = posted(desk, f"{home}rework/", supply_percent=100)
    assert "How far it is" in desk.page(home)
    worker.run()
    assert dict(shares(plan.pk))[allocating.second.pk] == 20
    assert dict(shares(plan.pk)) != dict(first)
    changed = desk.page(f"{home}changes/")
    assert "was changed on" in changed
    assert allocating.store.name_en in changed
    assert "worked out again" in desk.page(home)

    posted(desk, f"{home}step/submit/")
    plan.refresh_from_db()
    run_page = posted(above, f"{home}approve/", version=plan.version)
    assert Order.objects.count() == 0
    worker.run()
    plan.refresh_from_db()
    assert (plan.state, Order.objects.count()) == ("approved", 2)
    assert above.client.get(run_page)["Location"] == home


def test_revoked_from_the_screens(allocating: AllocatingCounty, worker: OneJob) -> None:
    plan = allocating.approved()
    home, above = f"/planning/allocation/{plan}/", Desk(allocating.approver)
    without = posted(above, f"{home}step/revoke/")
    assert without == home
    assert "Say why" in above.page(home)
    run_page = posted(above, f"{home}step/revoke/", note="the fair is off")
    assert posted(above, f"{home}step/revoke/", note="once more") == run_page
    assert "Waiting for its turn" in above.page(run_page)
    assert set(Order.objects.values_list("stage", flat=True)) == {"approved"}
    chinese = Desk(allocating.approver, "zh-hans").page(run_page)
    for words in ("撤销分配计划", "后台会继续办理", "提出"):
        assert words in chinese
    worker.run()
    assert set(Order.objects.values_list("stage", flat=True)) == {"withdrawn"}
    assert above.client.get(run_page)["Location"] == home
    assert "2 orders have been taken back" in above.page(home)


def test_revoking_that_was_stopped_is_begun_again_by_who_decided_it(
    allocating: AllocatingCounty, worker: OneJob
) -> None:
    plan = allocating.approved()
    run = asked(allocating.by(allocating.approver), "revoke", plan, note="the fair is off")
    cancel_allocation(run_id=run, actor=an_actor(allocating.approver), at=NOW)
    worker.run()
    assert AllocationPlan.objects.get().state == "approved"
    with pytest.raises(Refused) as refused:
        resume_allocation(run_id=run, command_id=a_command(), actor=allocating.actor, at=NOW)
    assert refused.value.code == "own_decision"
    resume_allocation(run_id=run, command_id=a_command(), actor=an_actor(allocating.approver), at=NOW)
    worker.run()
    assert (state_of(run), AllocationPlan.objects.get().state) == ("done", "revoked")


def test_what_the_worker_draws_is_what_the_page_would(allocating: AllocatingCounty, worker: OneJob) -> None:
    at_once = allocating.draw().id
    expected = shares(at_once)
    allocating.revoke(at_once)
    run = asked(allocating, "draw")
    worker.run()
    assert shares(AllocationRun.objects.get(pk=run).plan_id) == expected


def test_asked_for_once(allocating: AllocatingCounty, worker: OneJob) -> None:
    command = a_command()
    run = asked(allocating, "draw", command_id=command)
    assert asked(allocating, "draw", command_id=command) == run
    with pytest.raises(Refused) as refused:
        asked(allocating.by(allocating.approver), "draw")
    assert (refused.value.code, refused.value.fields["run_id"]) == ("under_way", run)
    assert Job.objects.filter(kind="planning.allocation").count() == 1
    worker.run()
    with pytest.raises(Refused) as refused:
        asked(allocating, "draw")
    assert refused.value.code == "open_plan"
    plan = AllocationPlan.objects.get().pk
    first = asked(allocating, "rework", plan)
    with pytest.raises(Refused) as refused:
        asked(allocating, "rework", plan)
    assert refused.value.fields["run_id"] == first


def test_what_was_refused_is_told_and_can_be_mended(allocating: AllocatingCounty, worker: OneJob) -> None:
    plan = allocating.draw().id
    allocating.change(plan, allocating.store, 390)
    allocating.change(plan, allocating.second, 390)
    run = asked(allocating, "rework", plan)
    worker.run()
    assert state_of(run) == "open"
    page = Desk(allocating.planner).page(f"/planning/allocation/runs/{run}/")
    assert "what is decided or bounded adds up to 78 packs; only 40 can be sent" in page
    allocating.change(plan, allocating.second, 10)
    again = asked(allocating, "rework", plan)
    assert state_of(run) == "cancelled"
    worker.run()
    assert state_of(again) == "done"


def test_stopped_nothing_is_kept_and_it_is_begun_again(allocating: AllocatingCounty, worker: OneJob) -> None:
    run = asked(allocating, "draw")
    said = {"run_id": run, "actor": allocating.actor, "at": NOW}
    ready = prepare_allocation(
        run=AllocationRun.objects.select_related("area").get(pk=run),
        report=lambda _done, _total: None,
        actor=allocating.actor,
    )
    assert cancel_allocation(**said)
    assert not cancel_allocation(**said)
    assert carrying_out.carry_out_allocation(ready=ready, **said) is None, "stopped just before it was written"
    worker.run()
    assert not AllocationPlan.objects.exists()
    command = a_command()
    assert resume_allocation(command_id=command, **said).id == run
    assert resume_allocation(command_id=command, **said).repeated
    worker.run()
    assert state_of(run) == "done"
    with pytest.raises(Refused):
        cancel_allocation(**said)
    with pytest.raises(Refused):
        resume_allocation(command_id=a_command(), **said)
    plan = AllocationPlan.objects.get().pk
    assert carrying_out.carry_out_allocation(ready=ready, **said) == plan, "a job done twice writes once"
    assert AllocationPlan.objects.count() == 1


def test_a_plan_changed_meanwhile_is_not_written_over(
    allocating: AllocatingCounty, worker: OneJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = allocating.draw().id
    run = asked(allocating, "rework", plan)
    row = AllocationRun.objects.select_related("area").get(pk=run)
    ready = prepare_allocation(run=row, report=lambda _done, _total: None, actor=allocating.actor)
    allocating.change(plan, allocating.second, 20)
    with pytest.raises(Refused) as refused:
        carrying_out.carry_out_allocation(run_id=run, ready=ready, actor=allocating.actor, at=NOW)
    assert refused.value.code == "changed"
    assert dict(shares(plan))[allocating.second.pk] == 20


@pytest.mark.parametrize("said", [{"version": 99}, {"changes_seen": "other"}])
def test_approved_only_as_it_was_seen(allocating: AllocatingCounty, worker: OneJob, said: dict[str, Any]) -> None:
    plan = allocating.draw().id
    allocating.take(plan, AllocationVerb.SUBMIT)
    approver = allocating.by(allocating.approver)
    seen = {"version": AllocationPlan.objects.get(pk=plan).version} | said
    with pytest.raises(Refused) as own:
        asked(allocating, "approve", plan, **seen)
    assert own.value.code == "own_plan"
    if "version" in said:
        with pytest.raises(Refused) as refused:
            asked(approver, "approve", plan, **seen)
        assert refused.value.code == "changed"
        return
    run = asked(approver, "approve", plan, **seen)
    worker.run()
    page = Desk(allocating.approver).page(f"/planning/allocation/runs/{run}/")
    assert "Stock has changed since this plan was worked out" in page
    assert not Order.objects.exists()
    other = a_person(Role.TOWNSHIP_OFFICER, allocating.orders.stock.network.county)
    with pytest.raises(Refused) as refused:
        resume_allocation(run_id=run, command_id=a_command(), actor=an_actor(other), at=NOW)
    assert refused.value.code == "own_decision"


def test_who_lost_the_role_meanwhile_decides_nothing(allocating: AllocatingCounty, worker: OneJob) -> None:
    run = asked(allocating, "draw")
    RoleGrant.objects.filter(user=allocating.planner).delete()
    worker.run()
    page = Desk(allocating.approver).page(f"/planning/allocation/runs/{run}/")
    assert "may not do this any more" in page
    assert not AllocationPlan.objects.exists()


@pytest.mark.parametrize("verb", [cancel_allocation, resume_allocation])
def test_a_stranger_and_one_who_only_looks(allocating: AllocatingCounty, verb: Callable[..., object]) -> None:
    run = asked(allocating, "draw")
    more = {"command_id": a_command()} if verb is resume_allocation else {}
    stranger = an_actor(a_person(Role.STATION_OFFICER, a_county("350100")))
    viewer = an_actor(a_person(Role.AUDITOR, allocating.orders.stock.network.county))
    for actor, fault in ((stranger, Unknown), (viewer, Forbidden)):
        with pytest.raises(fault):
            verb(run_id=run, actor=actor, at=NOW, **more)
        with pytest.raises(fault):
            asked(allocating.by(actor), "draw")
