"""Prices with a day and a source, what a plan costs by them, and the budgets beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.papers import printed
from tests.stock_builders import a_command, days
from zhixuan.modules.planning.models import DemandLine, DemandPlan, PlanBudget, ProductPrice
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.enter_budget import enter_budget
from zhixuan.modules.planning.operations.enter_price import enter_price
from zhixuan.modules.planning.queries import costs
from zhixuan.modules.planning.queries.product_terms import terms_by_product
from zhixuan.modules.planning.screens import paper
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown
from zhixuan.shared.once import Done

YEAR = TODAY.year + 1


@pytest.fixture
def plan(county: OrderingCounty) -> DemandPlan:
    """4,100 condoms asked for by the township."""
    officer = an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))
    said: dict[str, Any] = {"actor": officer, "at": NOW, "command_id": a_command()}
    made = draw_demand(area_id=county.stock.network.township.pk, year=YEAR, on=TODAY, **said)
    return DemandPlan.objects.select_related("area").get(pk=made.id)


def price(county: OrderingCounty, cents: int, *, actor: Actor | None = None, **more: Any) -> Done:
    said: dict[str, Any] = {
        "area_id": county.stock.network.county.pk,
        "product_id": county.stock.condom.pk,
        "pieces": 10,
    }
    said |= {"holds_from": days(-9), "source": "省采〔2026〕7号", "command_id": a_command(), "at": NOW} | more
    return enter_price(cents=cents, actor=actor or an_actor(county.officer), **said)


def budget(county: OrderingCounty, year: int, cents: int, *, actor: Actor | None = None, **more: Any) -> Done:
    said = {
        "area_id": county.stock.network.township.pk,
        "source": "county budget",
        "at": NOW,
        "command_id": a_command(),
    }
    return enter_budget(year=year, cents=cents, actor=actor or an_actor(county.officer), **(said | more))


def test_the_newest_price_of_the_plans_day_counts(county: OrderingCounty, plan: DemandPlan) -> None:
    assert all(row.cents is None for row in costs.rows_of(plan))
    price(county, 320, holds_from=days(-400))
    price(county, 345)
    price(county, 999, holds_from=days(1))
    rows = costs.rows_of(plan)
    store = next(row for row in rows if row.facility == county.stock.store)
    assert (store.pieces, store.cents) == (4100, 4100 * 345 // 10)
    (condom,) = (row for row in costs.by_product(rows) if row.product == county.stock.condom)
    assert condom.cents == store.cents
    price(county, 300, area_id=county.stock.network.township.pk, holds_from=days(-800))
    assert next(row for row in costs.rows_of(plan) if row.cents).cents == 4100 * 30


def test_a_price_is_only_added_and_safe_to_repeat(county: OrderingCounty) -> None:
    command = a_command()
    assert price(county, 345, command_id=command).id == price(county, 345, command_id=command).id
    assert ProductPrice.objects.count() == 1
    with pytest.raises(Refused) as refused:
        price(county, 0, pieces=0, source="")
    assert [one.field for one in refused.value.reasons] == ["yuan", "pieces", "source"]
    with pytest.raises(Refused) as refused:
        budget(county, 27, 0)
    assert [one.field for one in refused.value.reasons] == ["yuan", "year"]


def test_who_may(county: OrderingCounty) -> None:
    for act in (lambda actor: price(county, 345, actor=actor), lambda actor: budget(county, YEAR, 1, actor=actor)):
        with pytest.raises(Unknown):
            act(county.stock.stranger)
        with pytest.raises(Forbidden):
            act(an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county)))
    price(county, 345)
    budget(county, YEAR, 1)
    below = an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))
    assert (costs.prices_for(below).count(), costs.budgets_for(below).count()) == (1, 1)
    assert (costs.prices_for(county.stock.stranger).count(), costs.budgets_for(county.stock.stranger).count()) == (0, 0)


def test_the_pages(county: OrderingCounty, plan: DemandPlan, settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    township = a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)
    reader, desk = Desk(township), Desk(county.officer)
    address = f"/planning/demand/{plan.pk}/cost/"
    assert "Without a price:" in reader.page(address)
    assert reader.sheet(address)[0][-1] is None
    prices, budgets = "/planning/demand/prices/", "/planning/demand/budgets/"
    given = {"product": county.stock.condom.pk, "yuan": "3.45", "pieces": 10, "holds_from": "2026-01-01"}
    given |= {"area": county.stock.network.county.pk}
    form = desk.form(prices)
    assert "This field is required" in desk.refused(prices, form, **given)
    desk.send(prices, form, **given, source="decree 7")
    desk.send(prices, form, **given, source="decree 7")
    assert ProductPrice.objects.get().holds_from == date(2026, 1, 1)
    for year, yuan in ((YEAR, "1400.00"), (YEAR - 1, "2000")):
        form = desk.form(budgets)
        desk.send(budgets, form, year=year, yuan=yuan, area=county.stock.network.township.pk, source="decree 8")
    assert PlanBudget.objects.get(year=YEAR).cents == 140_000
    html = reader.page(address)
    said = ("1,414.50", "1,400.00", "costs more than the budget", "less than 85 %", "decree 8")
    assert not [word for word in said if word not in html]
    assert reader.sheet(f"{address}products/?q=condom")[0][-1] == Decimal("1414.5")
    assert reader.sheet(f"{address}?unpriced=1") == []
    assert "Enter a price" not in reader.page(prices)
    assert reader.client.post(prices, given).status_code == 403
    for size in ("a4", "a5"):
        words = printed(reader.client, f"/planning/demand/{plan.pk}/print/", paper=size)
        assert not [word for word in ("3.45 / 10", "1,414.50", "Prices hold from", "Remark") if word not in words]
    chinese = Desk(township, "zh-hans")
    assert "85 %" in chinese.page(address)
    assert "decree 7" in chinese.page(prices)
    assert chinese.page(budgets)
    DemandLine.objects.update(product=county.stock.pill)
    assert "cannot be told yet" in reader.page(f"{address}products/")


def test_the_paper_has_sums_first_and_long_lists_only_in_excel(
    county: OrderingCounty, plan: DemandPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Desk(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county))
    lines = list(DemandLine.objects.filter(plan=plan))
    (total,) = terms_by_product(plan.pk)
    assert (total.places, total.pieces) == (len(lines), sum(one.pieces for one in lines))
    assert (total.need, total.turnover, total.stock) == (3600, 600, sum(one.stock for one in lines))
    address, store = f"/planning/demand/{plan.pk}/print/", county.stock.store.name_en
    whole = printed(reader.client, address, paper="a4")
    assert whole.index("By product") < whole.index("By place") < whole.index(store)
    monkeypatch.setattr(paper, "LINES_MAX", len(lines) - 1)
    sums = printed(reader.client, address, paper="a4")
    assert store not in sums
    assert f"The {len(lines)} lines of this plan" in sums.replace("\n", " ")
