"""The yearly demand plan: drafted from the ledger, changed with a reason, decided on by the level above."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty, a_long_order
from tests.stock_builders import a_command, days
from zhixuan.modules.planning.models import DemandLine, DemandPlan, DemandStep
from zhixuan.modules.planning.operations.change_demand_lines import LineChange, change_demand_lines
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.rules.planning.steps import Verb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

YEAR = TODAY.year + 1


def township_officer(county: OrderingCounty) -> Actor:
    return an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))


def drawn(county: OrderingCounty, actor: Actor | None = None, **more: object) -> int:
    said = {"area_id": county.stock.network.township.pk, "year": YEAR, "on": TODAY, "command_id": a_command()} | more
    return draw_demand(actor=actor or township_officer(county), at=NOW, **said).id  # type: ignore[arg-type]


def change_demand_line(*, line_id: int, pieces: int, reason: str = "", **said: Any) -> bool:
    """One line, its cell named without the line."""
    try:
        return bool(change_demand_lines(changes=[LineChange(line_id, pieces, reason)], **said))
    except Refused as refused:
        for one in refused.reasons:
            one.field = one.field.removeprefix(f"line-{line_id}-")
        raise


def take(plan: int, verb: Verb, actor: Actor, **more: object) -> bool:
    said = {"command_id": a_command(), "at": NOW} | more
    return take_demand_step(plan_id=plan, verb=verb, actor=actor, **said).repeated  # type: ignore[arg-type]


def refusal(plan: int, verb: Verb, actor: Actor) -> str:
    with pytest.raises(Refused) as refused:
        take(plan, verb, actor)
    return refused.value.code


def test_every_term_comes_from_the_ledger(county: OrderingCounty) -> None:
    plan = drawn(county)
    line = DemandLine.objects.get(plan=plan, facility=county.stock.store)
    assert (line.own_use, line.passed, line.norm_months, line.stock, line.on_the_way) == ("300", "300", "2", 100, 0)
    assert (line.proposed, line.pieces) == (12 * 300 + 2 * 300 - 100, 4100)


def test_what_is_on_the_way_is_not_asked_for_again(county: OrderingCounty) -> None:
    stock = county.stock
    stock.send(stock.warehouse, stock.store, stock.want(150), on=days(-1))
    assert DemandLine.objects.get(plan=drawn(county), facility=stock.store).proposed == 3950


def test_use_below_a_store_is_planned_below_only(county: OrderingCounty) -> None:
    stock = county.stock
    stock.send(stock.warehouse, stock.store, stock.want(600), on=days(-70))
    plan = drawn(county, an_actor(county.officer), area_id=stock.network.county.pk)
    warehouse = DemandLine.objects.get(plan=plan, facility=stock.warehouse)
    assert (warehouse.own_use, warehouse.passed) == ("0", "200")


def test_one_plan_of_an_area_and_year(county: OrderingCounty) -> None:
    officer, command = township_officer(county), a_command()
    plan = drawn(county, officer, command_id=command)
    assert drawn(county, officer, command_id=command) == plan
    with pytest.raises(Refused) as refused:
        drawn(county, officer)
    assert refused.value.fields["plan_id"] == plan
    with pytest.raises(Refused) as refused:
        drawn(county, officer, year=TODAY.year + 9)
    assert refused.value.field == "year"


def test_a_change_needs_whole_packs_and_a_reason(county: OrderingCounty) -> None:
    officer = township_officer(county)
    plan = drawn(county, officer)
    line = DemandLine.objects.get(plan=plan, facility=county.stock.store)
    said = {"plan_id": plan, "line_id": line.pk, "actor": officer, "at": NOW}
    with pytest.raises(Refused) as refused:
        change_demand_line(pieces=4105, **said)
    assert [reason.code for reason in refused.value.reasons] == ["opened_pack", "reason_needed"]
    assert change_demand_line(pieces=5000, reason="new factory", **said) is True
    assert change_demand_line(pieces=5000, reason="new factory", **said) is False
    line.refresh_from_db()
    assert (line.proposed, line.pieces, line.reason) == (4100, 5000, "new factory")
    assert change_demand_line(pieces=4100, reason="no longer", **said) is True
    line.refresh_from_db()
    assert line.reason == ""


def test_sent_in_returned_and_approved_by_the_level_above(county: OrderingCounty) -> None:
    officer, above = township_officer(county), an_actor(county.officer)
    plan = drawn(county, officer)
    line = DemandLine.objects.get(plan=plan, facility=county.stock.store)
    assert refusal(plan, Verb.APPROVE, above) == "moved_on"
    command = a_command()
    assert take(plan, Verb.SUBMIT, officer, command_id=command) is False
    assert take(plan, Verb.SUBMIT, officer, command_id=command) is True
    with pytest.raises(Refused) as refused:
        change_demand_line(plan_id=plan, line_id=line.pk, pieces=0, reason="none", actor=officer, at=NOW)
    assert refused.value.code == "sent_in"
    assert refusal(plan, Verb.APPROVE, officer) == "level_above"
    assert refusal(plan, Verb.RETURN, above) == "reason_needed"
    take(plan, Verb.RETURN, above, note="count the factory in")
    change_demand_line(plan_id=plan, line_id=line.pk, pieces=5000, reason="factory", actor=officer, at=NOW)
    take(plan, Verb.SUBMIT, officer)
    take(plan, Verb.APPROVE, above)
    assert DemandPlan.objects.get().state == "approved"
    versions = [step.quantities[str(line.pk)] for step in DemandStep.objects.filter(verb="submit").order_by("number")]
    assert versions == [4100, 5000]


def test_nobody_approves_what_they_worked_on(county: OrderingCounty) -> None:
    above = an_actor(county.officer)
    plan = drawn(county, above)
    take(plan, Verb.SUBMIT, above)
    assert refusal(plan, Verb.APPROVE, above) == "own_plan"
    take(plan, Verb.APPROVE, an_actor(a_person(Role.STATION_OFFICER, county.stock.network.county)))


def test_who_may(county: OrderingCounty) -> None:
    plan = drawn(county)
    with pytest.raises(Unknown):
        take(plan, Verb.SUBMIT, county.stock.stranger)
    with pytest.raises(Unknown):
        drawn(county, county.stock.stranger)
    with pytest.raises(Forbidden):
        take(plan, Verb.SUBMIT, an_actor(a_person(Role.AUDITOR, county.stock.network.county)))


def test_through_the_pages(county: OrderingCounty) -> None:
    person = a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)
    decider = a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county)
    desk, above = Desk(person), Desk(decider)
    draw = "/planning/demand/draw/"
    address = desk.send(draw, desk.form(draw), area=county.stock.network.township.pk, year=YEAR)
    line = DemandLine.objects.get(facility=county.stock.store)
    assert "twelve months of 300" in desk.page(f"{address}lines/{line.pk}/")
    refused = desk.refused(f"{address}lines/{line.pk}/", {}, pieces=5000)
    assert "The system proposes 4100" in refused
    desk.send(f"{address}lines/{line.pk}/", {}, pieces=5000, reason="new factory")
    desk.send(f"{address}step/submit/", desk.form(address))
    above.send(f"{address}step/approve/", above.form(address))
    assert DemandPlan.objects.get().state == "approved"
    assert 5000 in above.sheet("/planning/demand/sums/")[0]
    assert 5000 in above.sheet(address)[0]
    paper = above.client.get(f"{address}print/?paper=a4")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    chinese = Desk(decider, "zh-hans")
    for page in ("/planning/demand/", "/planning/demand/sums/", address, f"{address}lines/{line.pk}/", draw):
        chinese.page(page)


def test_a_long_plan_asks_few_questions(county: OrderingCounty) -> None:
    a_long_order(county, lines=3)
    plan = drawn(county)
    first = DemandLine.objects.get(plan=plan, facility=county.stock.store)
    products = type(first.product).objects.exclude(pk=first.product_id)
    fields = {
        one.attname: getattr(first, one.attname)
        for one in DemandLine._meta.concrete_fields
        if one.attname not in {"id", "product_id"}
    }
    DemandLine.objects.bulk_create(DemandLine(product=product, **fields) for product in products)
    desk = Desk(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))
    desk.page(f"/planning/demand/{plan}/")
    with CaptureQueriesContext(connection) as asked:
        desk.page(f"/planning/demand/{plan}/")
    assert len(asked) <= 15
