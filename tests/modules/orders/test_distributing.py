"""Distributing by a plan: proposed by norm and by what there is, changed by cell, approved as a whole."""

from __future__ import annotations

import pytest

from tests.builders import NOW, TODAY
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, days, sentences
from zhixuan.modules.documents.queries.sources import documents_of_source
from zhixuan.modules.orders.models import Order, Plan, PlanLine
from zhixuan.modules.orders.operations.approve_plan import approve_plan
from zhixuan.modules.orders.operations.change_plan import change_plan
from zhixuan.modules.orders.operations.draw_plan import draw_plan
from zhixuan.modules.orders.operations.withdraw_plan import withdraw_plan
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Unknown


def drawn(county: OrderingCounty, **more: object) -> int:
    said = {"on": TODAY, "actor": county.by(county.answerer).actor, "command_id": a_command(), "at": NOW} | more
    return draw_plan(giver_id=county.stock.warehouse.pk, **said).id  # type: ignore[arg-type]


def pieces_of(plan_id: int) -> dict[str, int]:
    return dict(PlanLine.objects.filter(plan=plan_id).values_list("facility__code", "pieces"))


def test_every_place_gets_what_it_needs(county: OrderingCounty) -> None:
    plan = drawn(county)
    assert pieces_of(plan) == {"S2": 0, "SA": 500}
    line = PlanLine.objects.get(facility=county.stock.store)
    assert (line.why, line.terms["needed"]) == ("full", 500)
    assert PlanLine.objects.get(facility=county.second_store).why == "unknown_use"


def test_never_more_than_there_is(county: OrderingCounty) -> None:
    stock = county.stock
    stock.dispense(stock.warehouse, stock.want(4785), on=TODAY)
    assert pieces_of(drawn(county))["SA"] == 210


def test_changing_keeps_within_the_store_and_in_whole_packs(county: OrderingCounty) -> None:
    plan = drawn(county)
    cells = {line.facility.code: line.pk for line in PlanLine.objects.select_related("facility")}
    said = {"plan_id": plan, "on": TODAY, "actor": county.by(county.answerer).actor, "at": NOW}
    with pytest.raises(Refused) as refused:
        change_plan(cells={cells["S2"]: 4600, cells["SA"]: 505}, **said)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [
        ("too_much", f"product-{county.stock.condom.pk}"),
        ("opened_pack", f"cell-{cells['SA']}"),
    ]
    assert "Take 105 away" in sentences(refused.value)[0]
    assert change_plan(cells={cells["S2"]: 400}, **said) == 1
    assert change_plan(cells={cells["S2"]: 400}, **said) == 0


def test_approved_it_is_an_order_and_a_document_for_each_place(county: OrderingCounty) -> None:
    plan = drawn(county)
    cell = PlanLine.objects.get(facility=county.second_store)
    officer = county.by(county.officer).actor
    change_plan(plan_id=plan, cells={cell.pk: 40}, on=TODAY, actor=officer, at=NOW)
    command = a_command()
    said = {"plan_id": plan, "on": TODAY, "actor": officer, "at": NOW, "command_id": command}
    assert approve_plan(**said).repeated is False
    assert approve_plan(**said).repeated is True
    orders = {order.asker.code: order for order in Order.objects.select_related("asker")}
    assert {code: (order.kind, order.stage) for code, order in orders.items()} == {
        "SA": ("push", "approved"),
        "S2": ("push", "approved"),
    }
    (paper,) = documents_of_source("orders.order", str(orders["S2"].pk))
    assert [line.pieces for line in paper.drawn] == [40]
    with pytest.raises(Refused):
        withdraw_plan(plan_id=plan, actor=officer, command_id=a_command(), at=NOW)


def test_who_may(county: OrderingCounty) -> None:
    plan = drawn(county)
    said = {"plan_id": plan, "on": TODAY, "at": NOW, "command_id": a_command()}
    with pytest.raises(Unknown):
        approve_plan(actor=county.stock.stranger, **said)
    with pytest.raises(Unknown):
        approve_plan(actor=county.actor, **said)
    with pytest.raises(Forbidden):
        draw_plan(
            giver_id=county.village.pk,
            on=TODAY,
            actor=county.by(county.villager).actor,
            command_id=a_command(),
            at=NOW,
        )
    with pytest.raises(Refused) as refused:
        drawn(county)
    assert refused.value.fields["plan_id"] == plan


def test_on_the_way_is_not_sent_twice(county: OrderingCounty) -> None:
    stock = county.stock
    stock.send(stock.warehouse, stock.store, stock.want(150), on=days(-1))
    assert pieces_of(drawn(county))["SA"] == 350


def test_through_the_pages(county: OrderingCounty) -> None:
    desk = Desk(county.answerer)
    draw = f"/orders/distributions/draw/?facility={county.stock.warehouse.pk}"
    address = desk.send(draw, desk.form(draw))
    plan = Plan.objects.get()
    assert "Uses 300 a month, should hold 2 months" in desk.page(address)
    cell = PlanLine.objects.get(facility=county.second_store)
    answer = desk.client.post(f"{address}cells/{cell.pk}/", {f"quantity-{cell.pk}": "7盒"})
    assert answer.status_code == 200
    cell.refresh_from_db()
    assert cell.pieces == 70
    too_much = desk.client.post(f"{address}cells/{cell.pk}/", {f"quantity-{cell.pk}": "99990"})
    assert "are there" in too_much.content.decode()
    desk.send(f"{address}approve/", desk.form(address))
    plan.refresh_from_db()
    assert plan.state == Plan.State.APPROVED
    for language in ("en", "zh-hans"):
        Desk(county.answerer, language).page(address)
