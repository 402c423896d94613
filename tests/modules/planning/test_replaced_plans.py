"""Plans for a product that took the place of another: what is left and used of the older counts, as orders do it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.allocation_builders import AllocatingCounty, a_forecast, an_allocating_county
from tests.builders import NOW, TODAY, an_actor
from tests.modules.planning.test_demand_plans import drawn
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_product, an_item, days
from zhixuan.modules.catalogue.models import Product
from zhixuan.modules.catalogue.operations.replace_product import replace_product
from zhixuan.modules.orders.queries.plans import proposed
from zhixuan.modules.planning.models import AllocationLine, DemandLine, DemandPlan
from zhixuan.modules.planning.queries import allocation_facts, fulfilment


def replaced(county: OrderingCounty, *, newer_pieces: int = 1, holds_from: date = date(2026, 1, 1)) -> Product:
    """Condoms are followed by a product of which the warehouse has 4,000 pieces."""
    newer = a_product("newer")
    item = an_item(newer)
    county.stock.stock(county.stock.warehouse, "N1", 4000, item=item, on=days(-5))
    said: dict[str, Any] = {"reason": "end_of_supply", "note": "", "older_pieces": 1, "newer_pieces": newer_pieces}
    said |= {"actor": an_actor(county.officer), "at": NOW, "holds_from": holds_from}
    replace_product(older_id=county.stock.condom.pk, newer_id=newer.pk, **said)
    return newer


def test_a_demand_plan_asks_for_the_successor_in_its_own_pieces(county: OrderingCounty) -> None:
    newer = replaced(county, newer_pieces=2)
    lines = DemandLine.objects.filter(plan=drawn(county), facility=county.stock.store)
    line = lines.get(product=newer)
    assert (line.own_use, line.stock, line.proposed) == ("600", 200, 12 * 600 + 2 * 600 - 200)
    assert not lines.filter(product=county.stock.condom).exists()


def test_what_is_replaced_in_the_middle_of_the_year_is_still_planned_for(county: OrderingCounty) -> None:
    newer = replaced(county, holds_from=date(TODAY.year + 1, 6, 1))
    lines = DemandLine.objects.filter(plan=drawn(county), facility=county.stock.store)
    assert lines.get(product=county.stock.condom).proposed == 4100
    assert not lines.filter(product=newer).exists()


def test_a_distribution_gives_the_successor_once_the_older_is_gone(county: OrderingCounty) -> None:
    newer, stock = replaced(county), county.stock

    def given() -> dict[int, int]:
        cells = proposed(stock.warehouse, today=TODAY)
        return {cell.product_id: cell.share.pieces for cell in cells if cell.facility == stock.store}

    assert given() == {stock.condom.pk: 500, newer.pk: 0}
    stock.dispense(stock.warehouse, stock.want(5000), on=TODAY)
    assert given() == {newer.pk: 500}


def facts_of(allocating: AllocatingCounty) -> dict[int, tuple[int, int, int]]:
    """(stock there, on its way or promised, use a month) of the township store, by product."""
    area = allocating.orders.stock.network.county
    found = allocation_facts.found([allocating.warehouse], [], area=area, on=TODAY).facts
    own = [one for one in found if one.place == allocating.store.pk]
    return {one.product: (one.stock, one.coming, round(one.per_month or 0)) for one in own}


def test_an_allocation_counts_what_is_left_of_the_older_for_the_successor(county: OrderingCounty) -> None:
    allocating = an_allocating_county(county)
    newer, condom, stock = replaced(county), county.stock.condom, county.stock
    for_both = {name: [900.0] * 3 for name in ("mean", "median", "p10", "p80", "p90", "p95")}
    a_forecast(stock.network.county, stock.store, newer, for_both)
    assert facts_of(allocating) == {condom.pk: (100, 0, 300), newer.pk: (0, 0, 0)}
    stock.dispense(stock.warehouse, stock.want(400), on=TODAY)
    assert facts_of(allocating) == {newer.pk: (100, 0, 900)}


def test_what_was_promised_of_the_older_is_on_its_way_as_the_successor(county: OrderingCounty) -> None:
    allocating = an_allocating_county(county)
    newer, stock = replaced(county, newer_pieces=2), county.stock
    stock.send(stock.warehouse, stock.store, stock.want(150), on=TODAY)
    order = county.by(county.asker).draw(county.line(50)).id
    county.by(county.answerer).approve(order)
    stock.dispense(stock.warehouse, stock.want(200), on=TODAY)
    line = AllocationLine.objects.get(plan=allocating.draw().id, facility=allocating.store)
    assert (line.product, line.stock, line.coming) == (newer, 200, 2 * (150 + 50))


def test_what_is_carried_out_of_a_plan_counts_both(county: OrderingCounty) -> None:
    stock = county.stock
    before = drawn(county, year=TODAY.year)
    newer = replaced(county, newer_pieces=2)
    stock.take_all_in(stock.send(stock.warehouse, stock.store, stock.want(60, product=newer), on=TODAY), on=TODAY)

    def used_and_delivered(plan: int) -> list[tuple[Product, int, int]]:
        rows = fulfilment.rows_of(DemandPlan.objects.get(pk=plan), today=TODAY)
        found = [row for row in rows if row.facility.pk == stock.store.pk]
        return [(row.product, row.figures.used, row.figures.delivered) for row in found]

    assert used_and_delivered(before) == [(stock.condom, 900, 1000 + 30)]
    DemandPlan.objects.all().update(year=TODAY.year + 2)
    after = drawn(county, year=TODAY.year)
    assert used_and_delivered(after) == [(newer, 1800, 2000 + 60)]
