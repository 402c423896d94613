"""Needs of a plan side by side, and a plan as a spreadsheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.modules.planning.test_forecasts import asked
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Product
from zhixuan.modules.planning.models import DemandLine, DemandPlan
from zhixuan.modules.planning.operations.choose_needs import choose_needs
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.enter_users import enter_users
from zhixuan.modules.planning.operations.take_forecast import take_forecast
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown


@pytest.fixture
def officer(county: OrderingCounty) -> User:
    Product.objects.update(quantity_per_user_year=120)
    return a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)


@pytest.fixture
def line(county: OrderingCounty, officer: User) -> DemandLine:
    said = {"area_id": county.stock.network.township.pk, "year": TODAY.year + 1, "on": TODAY}
    plan = draw_demand(actor=an_actor(officer), command_id=a_command(), at=NOW, **said).id
    return DemandLine.objects.get(plan=plan, facility=county.stock.store)


def entered(line: DemandLine, officer: User, users: int | None, source: str = "survey of supply") -> int:
    said = {"plan_id": line.plan_id, "numbers": {line.pk: users}, "source": source, "at": NOW}
    return enter_users(actor=an_actor(officer), **said)  # type: ignore[arg-type]


def chosen(line: DemandLine, officer: User, method: Method, reason: str = "", **more: Any) -> int:
    said = {"plan_id": line.plan_id, "method": method, "reason": reason, "line_ids": [line.pk], "at": NOW} | more
    count = choose_needs(actor=an_actor(officer), **said)
    line.refresh_from_db()
    return count


def test_users_are_a_number_with_its_source(line: DemandLine, officer: User) -> None:
    with pytest.raises(Refused) as refused:
        entered(line, officer, 50, source=" ")
    assert refused.value.field == "source"
    with pytest.raises(Refused) as refused:
        entered(line, officer, -1)
    assert refused.value.field == f"line-{line.pk}-users"
    assert entered(line, officer, 50) == 1
    assert entered(line, officer, 50) == 0
    assert chosen(line, officer, Method.USERS, "the new estate") == 1
    assert (line.proposed, line.pieces) == (50 * 120 + 2 * 300 - 100, 6500)
    assert entered(line, officer, 40) == 1
    line.refresh_from_db()
    assert line.proposed == 40 * 120 + 500
    assert chosen(line, officer, Method.HYBRID, "between both") == 1
    assert line.proposed == (3600 + 4800) // 2 + 500
    assert chosen(line, officer, Method.CONSUMPTION) == 1
    assert line.proposed == 4100


def test_a_product_without_a_standard_quantity_is_named(line: DemandLine, officer: User) -> None:
    DemandLine.objects.filter(pk=line.pk).update(quota="")
    with pytest.raises(Refused) as refused:
        entered(line, officer, 5)
    assert refused.value.code == "no_quota"


def test_a_need_far_from_use_says_why(line: DemandLine, officer: User) -> None:
    entered(line, officer, 50)
    with pytest.raises(Refused, match="20 %"):
        chosen(line, officer, Method.USERS)
    with pytest.raises(Refused) as refused:
        chosen(line, officer, Method.FORECAST, "newer")
    assert refused.value.code == "no_figure"
    with pytest.raises(Refused):
        chosen(line, officer, Method.FORECAST, "newer", line_ids=None)


def test_what_was_changed_by_hand_stays(line: DemandLine, officer: User) -> None:
    DemandLine.objects.filter(pk=line.pk).update(pieces=9000, reason="agreed")
    entered(line, officer, 50)
    chosen(line, officer, Method.USERS, "survey")
    assert (line.proposed, line.pieces, line.reason) == (6500, 9000, "agreed")


def test_the_forecast_stands_beside(county: OrderingCounty, line: DemandLine, officer: User, worker: OneJob) -> None:
    with pytest.raises(Refused, match="Make one first"):
        take_forecast(plan_id=line.plan_id, actor=an_actor(officer), at=NOW)
    asked(county, horizon=18)
    worker.run()
    assert take_forecast(plan_id=line.plan_id, actor=an_actor(officer), at=NOW) == 1
    line.refresh_from_db()
    assert chosen(line, officer, Method.FORECAST, "by forecast", line_ids=None) == 1
    assert line.proposed == round(float(line.forecast_need)) + 500


def test_not_after_it_is_sent_in_and_not_by_strangers(county: OrderingCounty, line: DemandLine, officer: User) -> None:
    auditor = a_person(Role.AUDITOR, county.stock.network.county)
    with pytest.raises(Forbidden):
        entered(line, auditor, 5)
    with pytest.raises(Unknown):
        choose_needs(
            plan_id=line.plan_id, method=Method.USERS, reason="", line_ids=None, actor=county.stock.stranger, at=NOW
        )
    with pytest.raises(Unknown):
        enter_users(plan_id=line.plan_id, numbers={0: 5}, source="x", actor=an_actor(officer), at=NOW)
    DemandPlan.objects.update(state="submitted")
    for act in (lambda: entered(line, officer, 5), lambda: chosen(line, officer, Method.CONSUMPTION)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "sent_in"


def test_the_spreadsheet_saves_what_is_right_and_names_what_is_wrong(line: DemandLine, officer: User) -> None:
    desk = Desk(officer)
    address = f"/planning/demand/{line.plan_id}/grid/"
    assert "plan_grid" in desk.page(address)
    other = DemandLine.objects.exclude(pk=line.pk).first() or _second(line)
    rows = desk.client.get(f"{address}lines/").json()["rows"]
    assert {row[0] for row in rows} == {line.pk, other.pk}

    def save(*changes: dict[str, Any], **more: str) -> dict[str, Any]:
        said = {"changes": list(changes)} | more
        return dict(desk.client.post(f"{address}save/", said, content_type="application/json").json())

    answer = save(
        {"line": line.pk, "pieces": "５,000", "reason": ""}, {"line": other.pk, "pieces": "x"}, reason="new estate"
    )
    assert [row[12] for row in answer["rows"]] == [5000]
    assert "not a whole number" in answer["errors"][str(other.pk)]["pieces"]
    answer = save({"line": line.pk, "pieces": "6005", "reason": ""}, {"line": other.pk, "users": "7"}, source="survey")
    assert set(answer["errors"][str(line.pk)]) == {"pieces", "reason"}
    other.refresh_from_db()
    line.refresh_from_db()
    assert (other.users, line.pieces, line.reason) == (7, 5000, "new estate")
    assert "come from" in save({"line": line.pk, "users": "7"})["message"]
    assert desk.client.post(f"{address}save/", "[1]", content_type="application/json").json()["message"]
    assert (
        desk.client.post(f"{address}save/", {"changes": [{"line": 0, "users": ""}]}, "application/json").status_code
        == 404
    )


def _second(line: DemandLine) -> DemandLine:
    fields = {one.attname: getattr(line, one.attname) for one in DemandLine._meta.concrete_fields}
    product = Product.objects.exclude(pk=line.product_id).first()
    assert product is not None
    return DemandLine.objects.create(**(fields | {"id": None, "product_id": product.pk}))


def test_through_the_pages(line: DemandLine, officer: User) -> None:
    desk, chinese = Desk(officer), Desk(officer, "zh-hans")
    plan, page = f"/planning/demand/{line.plan_id}/", f"/planning/demand/{line.plan_id}/lines/{line.pk}/"
    desk.send(f"{page}users/", {}, users=50, source="survey of supply")
    desk.send(f"{page}need/", {}, method="users", reason="the new estate")
    html = desk.page(page)
    assert "6,000" in html
    assert "the new estate" in html
    desk.send(f"{plan}need/", {}, method="forecast", reason="newer")
    assert "No line of this plan has the figure" in desk.page(plan)
    desk.send(f"{plan}forecast/", {})
    assert "Make one first" in desk.page(plan)
    for one in (plan, page, f"{plan}grid/"):
        chinese.page(one)


def test_a_program_reads_the_same(line: DemandLine, officer: User) -> None:
    desk = Desk(officer)
    plans = desk.client.get("/api/planning/plans").json()
    assert [(one["id"], one["lines"]) for one in plans["rows"]] == [(line.plan_id, DemandLine.objects.count())]
    rows = desk.client.get(f"/api/planning/plans/{line.plan_id}/lines").json()["rows"]
    assert (line.facility.code, line.pieces) in [(one["facility"], one["pieces"]) for one in rows]
    assert desk.client.get("/api/planning/forecasts?facility=S").json() == {"total": 0, "rows": []}
