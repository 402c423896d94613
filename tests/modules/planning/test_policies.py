"""Policies tried on the ledger's own past, and the service level that a county chooses from it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.analytics.test_commands import run as run_command
from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.order_builders import NEWEST, OrderingCounty, years_of_books
from tests.stock_builders import a_command
from zhixuan.modules.planning.models import ForecastLine, PolicyRun, ServiceChoice
from zhixuan.modules.planning.operations.cancel_policies import cancel_policies
from zhixuan.modules.planning.operations.choose_service import choose_service
from zhixuan.modules.planning.operations.request_forecast import request_forecast
from zhixuan.modules.planning.operations.request_policies import request_policies
from zhixuan.modules.planning.operations.resume_policies import resume_policies
from zhixuan.modules.planning.queries import policies
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown


@pytest.fixture
def years(county: OrderingCounty) -> OrderingCounty:
    """The county with books of more than two years."""
    years_of_books(county.stock)
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

    def level() -> tuple[Decimal | None, int | None]:
        said = {"area_id": years.stock.network.county.pk, "profile": "fast", "horizon": 3, "until": None, "on": TODAY}
        request_forecast(**said, command_id=a_command(), actor=an_actor(years.officer), at=NOW)
        worker.run()
        line = ForecastLine.objects.get(facility=years.stock.store, product=years.stock.condom, current=True)
        return line.run.service, line.order_up_to

    usual, before = level()
    chosen(years, run, service=Decimal("0.97"))
    more, after = level()
    assert (usual, more) == (Decimal("0.88"), Decimal("0.97"))
    assert before is not None
    assert after is not None
    assert 0 < before < after
    page = Desk(a_person(Role.TOWNSHIP_OFFICER, years.stock.network.county)).page(
        f"/planning/forecasts/{years.stock.store.pk}/{years.stock.condom.pk}/"
    )
    assert "Order up to" in page
    assert "97 %, for 2 months" in page


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
    assert run_command("history", "--out", out, "--area", "nowhere").exit_code == 1
    assert run_command("history", "--out", tmp_path / "h.txt").exit_code == 2


def store_until(table: pl.DataFrame) -> Month:
    return Month.of(table["month"].max())  # type: ignore[arg-type]  # a date, as the contract says
