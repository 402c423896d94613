"""A replaced product: its history goes on as the successor's, its forecast ends, the successor is suggested."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.builders import NOW, TODAY, an_actor
from tests.modules.planning.conftest import OneJob
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, a_product
from zhixuan.modules.catalogue.operations.end_replacement import end_replacement
from zhixuan.modules.catalogue.operations.replace_product import replace_product
from zhixuan.modules.orders.queries import asking
from zhixuan.modules.planning.models import ForecastLine
from zhixuan.modules.planning.operations.request_forecast import request_forecast
from zhixuan.modules.planning.queries import fact_table, forecasts


def forecast(county: OrderingCounty, worker: OneJob) -> set[int]:
    """Products of the store that have a forecast that stands."""
    said: dict[str, Any] = {"area_id": county.stock.network.county.pk, "profile": "plain", "horizon": 3, "until": None}
    request_forecast(**said, on=TODAY, command_id=a_command(), actor=an_actor(county.officer), at=NOW)
    worker.run()
    rows = ForecastLine.objects.filter(current=True, facility=county.stock.store)
    return set(rows.values_list("product_id", flat=True))


def test_history_forecast_and_suggestion_go_on_as_the_successors(county: OrderingCounty, worker: OneJob) -> None:
    stock, newer = county.stock, a_product("newer")
    older = stock.condom
    assert forecast(county, worker) == {older.pk}
    before = forecasts.history(stock.store.pk, older.pk, today=TODAY)
    made = replace_product(
        older_id=older.pk,
        newer_id=newer.pk,
        holds_from=date(2026, 1, 1),
        reason="end_of_supply",
        note="",
        older_pieces=1,
        newer_pieces=1,
        actor=an_actor(county.officer),
        at=NOW,
    )
    assert forecast(county, worker) == {newer.pk}
    assert forecasts.history(stock.store.pk, newer.pk, today=TODAY) == before
    codes = {one.product for one in fact_table.cards_by_code(stock.network.county.path, today=TODAY)}
    assert newer.code in codes
    assert older.code not in codes

    def suggested() -> dict[int, int | None]:
        found = asking.askable(stock.store, stock.warehouse.pk, today=TODAY)
        return {one.product.pk: one.suggestion.needed for one in found}

    assert suggested()[older.pk] == 500, "the supplier still has it"
    stock.dispense(stock.warehouse, stock.want(5000), on=TODAY)
    assert suggested() == {newer.pk: 2 * 300 - 100}
    end_replacement(replacement_id=made.pk, actor=an_actor(county.officer), at=NOW)
    assert suggested()[older.pk] == 500
