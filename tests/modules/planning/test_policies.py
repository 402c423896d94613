"""Policies tried on the ledger's own past, and the service level that a county chooses from it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.analytics.test_commands import run as run_command
from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.modules.orders.queries import asking
from zhixuan.modules.planning.jobs import make
from zhixuan.modules.planning.models import ForecastLine, ForecastRun, PolicyRun, ServiceChoice
from zhixuan.modules.planning.operations.cancel_policies import cancel_policies
from zhixuan.modules.planning.operations.choose_service import choose_service
from zhixuan.modules.planning.operations.request_forecast import request_forecast
from zhixuan.modules.planning.operations.request_policies import request_policies
from zhixuan.modules.planning.operations.resume_policies import resume_policies
from zhixuan.modules.planning.queries import allocation_facts, policies
from zhixuan.modules.stock.queries import monthly, on_hand
from zhixuan.rules.orders.suggesting import Suggestion
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

NEWEST = Month.of(TODAY).previous
GIVEN = (310, 280, 0, 420, 300, 150, 510, 260)


@pytest.fixture
def years(county: OrderingCounty) -> OrderingCounty:
    """The county with books of 27 months: the store receives every month and hands out more or less of it."""
    stock = county.stock
    for back in range(27, 0, -1):
        month = NEWEST.plus(1 - back)
        stock.stock(stock.store, f"L{back}", 300, on=month.first_day)
        if given := GIVEN[back % len(GIVEN)]:
            stock.dispense(stock.store, stock.want(min(given, 300)), on=month.first_day)
    return county


def asked(county: OrderingCounty, actor: Actor | None = None, **more: Any) -> int:
    said: dict[str, Any] = {"area_id": county.stock.network.county.pk, "lead": 1, "review": 1, "shelf_life": 24}
    said |= {"since": NEWEST.plus(-11), "until": NEWEST, "product_ids": [], "on": TODAY, "command_id": a_command()}
    return request_policies(**said | {"actor": actor or an_actor(county.officer), "at": NOW} | more).id


def chosen(county: OrderingCounty, run: int, actor: Actor | None = None, **more: Any) -> int:
    said = {"run_id": run, "service": Decimal("0.95"), "note": "stations far away", "command_id": a_command()}
    return choose_service(**said | {"actor": actor or an_actor(county.officer), "at": NOW} | more).id


def test_tried_in_the_background_and_chosen_from(years: OrderingCounty, worker: OneJob) -> None:
    area = years.stock.network.county
    command = a_command()
    run = asked(years, command_id=command)
    assert asked(years, command_id=command) == run
    with pytest.raises(Refused) as refused:
        chosen(years, run)
    assert refused.value.code == "not_made"
    worker.run()
    kept = PolicyRun.objects.get()
    assert (kept.state, kept.series, kept.places, kept.version) == ("done", 1, 1, "0.1.0")
    ours = policies.ours_of(kept)
    assert [one.stock for one in ours] == sorted(one.stock for one in ours)
    assert {one.policy for one in policies.lines_of(kept)} == {"AMC3", "AMC6", "min/max", "ours"}

    assert (policies.service_of(area.path).service, policies.service_of(area.path).choice) == (Decimal("0.88"), None)
    chosen(years, run)
    below = policies.service_of(years.village.area_path)
    assert (below.service, below.cover_months) == (Decimal("0.95"), 2)
    assert policies.service_of("/42/").service == Decimal("0.88")


def test_levels_stand_on_what_was_chosen(years: OrderingCounty, worker: OneJob) -> None:
    run = asked(years)
    worker.run()

    usual, before = forecast_of(years)
    assert suggested(years).terms.level is None
    assert suggested(years).needed == by_norm(years)
    chosen(years, run, service=Decimal("0.97"))
    assert suggested(years).terms.level is None
    more, after = forecast_of(years)
    assert (usual, more) == (Decimal("0.88"), Decimal("0.97"))
    assert before is not None
    assert after is not None
    assert 0 < before < after
    page = Desk(a_person(Role.TOWNSHIP_OFFICER, years.stock.network.county)).page(
        f"/planning/forecasts/{years.stock.store.pk}/{years.stock.condom.pk}/"
    )
    assert "Order up to" in page
    assert "97 %, for 2 months" in page


def forecast_of(years: OrderingCounty, profile: str = "fast") -> tuple[Decimal | None, int | None]:
    """Made here and not by a worker: its models grow in threads, which a test's one transaction would lock out."""
    said = {"area_id": years.stock.network.county.pk, "profile": profile, "horizon": 3, "until": None, "on": TODAY}
    made = request_forecast(**said, command_id=a_command(), actor=an_actor(years.officer), at=NOW)
    made_run = ForecastRun.objects.select_related("area").get(pk=made.id)
    make(made_run, actor=an_actor(years.officer), show=lambda _done, _total, _phase: None, clock=lambda: NOW)
    line = ForecastLine.objects.get(facility=years.stock.store, product=years.stock.condom, current=True)
    return line.run.service, line.order_up_to


def suggested(years: OrderingCounty, today: date = TODAY) -> Suggestion:
    found = asking.askable(years.stock.store, years.stock.warehouse.pk, today=today)
    return next(one.suggestion for one in found if one.product == years.stock.condom)


def by_norm(years: OrderingCounty) -> int:
    terms = suggested(years).terms
    assert terms.per_month is not None
    return max(0, ceil(terms.per_month * terms.norm_months) - terms.on_hand - terms.in_transit)


def test_suggestions_and_allocations_fill_up_to_the_level_at_the_service_that_was_chosen(
    years: OrderingCounty, worker: OneJob
) -> None:
    stock = years.stock
    stock.dispense(stock.store, stock.want(1900), on=TODAY)
    run = asked(years)
    worker.run()
    chosen(years, run, service=Decimal("0.97"))
    _, level = forecast_of(years)
    assert level is not None
    there = suggested(years).terms.on_hand
    assert suggested(years).needed == max(0, level - there) != by_norm(years)
    row = next(iter(on_hand.with_levels(on_hand.of_pair(stock.store.pk, stock.condom.pk, today=TODAY), today=TODAY)))
    assert row["order"] == suggested(years).needed
    page = Desk(years.asker).page(f"/orders/ask/?facility={stock.store.pk}")
    assert f"Up to {level:,} (service level 97 %, from the forecast of" in page
    giver, area = stock.warehouse, stock.network.county
    (facts,) = [
        one
        for one in allocation_facts.found([giver], [stock.condom.pk], area=area, on=TODAY).facts
        if one.place == stock.store.pk
    ]
    assert facts.per_month is not None
    assert ceil(facts.norm_months * facts.per_month) == level
    assert facts.level is not None
    assert facts.level.service == Decimal("0.97")

    much_later = NEWEST.plus(8).first_day
    assert suggested(years, much_later).terms.level is None
    forecast_of(years, "plain")
    assert suggested(years).terms.level is None
    assert suggested(years).needed == by_norm(years)
    assert "a month (average of 3 months) × norm" in Desk(years.asker).page(f"/orders/ask/?facility={stock.store.pk}")


def test_books_that_are_too_short_are_refused_with_what_is_needed(county: OrderingCounty) -> None:
    with pytest.raises(Refused) as refused:
        asked(county)
    assert refused.value.code == "short_history"
    assert "There will be enough with the end of 2028-04" in str(refused.value)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"lead": 13}, "lead"),
        ({"review": 0}, "review"),
        ({"shelf_life": 3}, "shelf_life"),
        ({"until": NEWEST.next}, "until"),
        ({"since": NEWEST.plus(-3)}, "since"),
        ({"since": NEWEST.plus(-20)}, "since"),
        ({"product_ids": [987654]}, "product_ids"),
    ],
)
def test_what_cannot_be_asked_for(years: OrderingCounty, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(years, **more)
    assert refused.value.field == field


def test_who_may(years: OrderingCounty, worker: OneJob) -> None:
    with pytest.raises(Unknown):
        asked(years, years.stock.stranger)
    township = an_actor(a_person(Role.TOWNSHIP_OFFICER, years.stock.network.county))
    run = asked(years, township)
    assert cancel_policies(run_id=run, actor=township, at=NOW)
    worker.run()
    assert PolicyRun.objects.get().lines == []
    resume_policies(run_id=run, actor=township, command_id=a_command(), at=NOW)
    worker.run()
    with pytest.raises(Forbidden):
        chosen(years, run, township)
    with pytest.raises(Unknown):
        chosen(years, run, years.stock.stranger)
    for wrong in ({"service": Decimal("0.5")}, {"service": Decimal("0.91")}, {"note": " "}):
        with pytest.raises(Refused):
            chosen(years, run, **wrong)
    command = a_command()
    assert chosen(years, run, command_id=command) == chosen(years, run, command_id=command)
    assert ServiceChoice.objects.count() == 1


def test_through_the_pages(years: OrderingCounty, worker: OneJob) -> None:
    person = a_person(Role.TOWNSHIP_OFFICER, years.stock.network.county)
    desk, chinese = Desk(person), Desk(person, "zh-hans")
    new, area = "/planning/policies/new/", years.stock.network.county.pk
    said = {"area": area, "lead": 1, "review": 1, "shelf_life": 24}
    played = {"since": str(NEWEST.plus(-11)), "until": str(NEWEST)}
    assert "is not a month" in desk.refused(new, desk.form(new), **said, since="x", until=str(NEWEST))
    address = desk.send(new, desk.form(new), **said, **played)
    assert "Waiting for its turn" in desk.page(f"{address}progress/")
    worker.run()
    for page in ("/planning/policies/", new, address, f"{address}?measure=expired"):
        for one in (desk, chinese):
            assert "NaN" not in one.page(page)
    assert "place-months short" in desk.page(address)
    assert len(desk.sheet(address)) > 50


def test_the_fact_table_of_the_books_is_the_cards(years: OrderingCounty, tmp_path: Path) -> None:
    out = tmp_path / "h.parquet"
    told = json.loads(run_command("history", "--out", out, "--area", years.stock.network.county.code, "--json").stdout)
    found = pl.read_parquet(out)
    store = found.filter((pl.col("facility") == years.stock.store.code) & pl.col("reported"))
    card = monthly.card(years.stock.store.pk, years.stock.condom.pk, until=store_until(store), today=TODAY)
    assert store["issued"].to_list() == [one.issued for one in card if one.reported]
    assert store["closing"].to_list() == [one.closing for one in card if one.reported]
    assert told["rows"] == found.height
    sums = tmp_path / "m.parquet"
    area = ("--area", years.stock.network.county.code)
    assert run_command("history", "--out", sums, *area, "--by", "method").exit_code == 0
    methods = pl.read_parquet(sums)
    assert methods["method"].unique().to_list() == [years.stock.condom.method.code]
    assert methods["issued"].sum() == found["issued"].sum()
    assert methods["couple_years_issued"].null_count() == methods.height, "its method has no factor here"
    assert run_command("history", "--out", out, "--area", "nowhere").exit_code == 1
    assert run_command("history", "--out", tmp_path / "h.txt").exit_code == 2


def store_until(table: pl.DataFrame) -> Month:
    return Month.of(table["month"].max())  # type: ignore[arg-type]  # a date, as the contract says
