"""Forecasts: asked for, made in the background from the ledger's cards, kept, stopped, begun again, compared."""

from __future__ import annotations

import builtins
import json
import math
from typing import Any

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.modules.planning.conftest import OneJob
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, days
from zhixuan.modules.accounts.models import User
from zhixuan.modules.planning.models import ForecastLine, ForecastRun
from zhixuan.modules.planning.operations.cancel_forecast import cancel_forecast
from zhixuan.modules.planning.operations.request_forecast import request_forecast
from zhixuan.modules.planning.operations.resume_forecast import resume_forecast
from zhixuan.modules.planning.queries import forecasts
from zhixuan.modules.stock.queries import monthly, on_hand, use
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared import jobs
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown


def asked(county: OrderingCounty, actor: Actor | None = None, **more: Any) -> int:
    said = {"area_id": county.stock.network.county.pk, "profile": "plain", "horizon": 3, "until": None, "on": TODAY}
    said |= {"command_id": a_command(), "actor": actor or an_actor(county.officer), "at": NOW} | more
    return request_forecast(**said).id


def planner(county: OrderingCounty) -> User:
    """Who plans for the county and needs no second step to sign in."""
    return a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county)


def condoms(county: OrderingCounty) -> ForecastLine:
    return ForecastLine.objects.get(facility=county.stock.store, product=county.stock.condom, current=True)


def test_cards_say_what_use_says(county: OrderingCounty) -> None:
    """Complaint 14: the average on every screen and the forecast's history are the same issues."""
    county.stock.send(county.stock.warehouse, county.stock.store, county.stock.want(150), on=days(-40))
    rows = list(on_hand.of_facilities([county.stock.store.pk, county.stock.warehouse.pk], today=TODAY))
    balances = {(row["store_id"], row["product_id"]): row["usable"] for row in rows}
    places = {row["store_id"]: row["facility_id"] for row in rows}
    for (store, product), periods in use.use_history(balances, today=TODAY).items():
        card = monthly.card(places[store], product, until=Month.of(TODAY).previous, today=TODAY)
        assert [(one.issued or 0, one.stockout_days or 0) for one in card[-3:]] == [
            (period.issued_pieces, period.stockout_days) for period in periods
        ]
        for one in (one for one in card if one.reported):
            assert one.closing == one.opening + one.received - one.issued + one.adjusted  # type: ignore[operator]


def test_made_in_the_background_and_kept(county: OrderingCounty, worker: OneJob) -> None:
    command = a_command()
    run = asked(county, command_id=command)
    assert asked(county, command_id=command) == run
    worker.run()
    line = condoms(county)
    kept = ForecastRun.objects.get()
    assert (kept.state, kept.data_until, kept.version) == ("done", TODAY.replace(month=10, day=1), "0.1.0")
    assert (line.method, line.figures["median"], line.run_id) == ("medians", [300.0] * 3, run)
    assert json.dumps([one.figures for one in ForecastLine.objects.all()]).find("NaN") < 0


def test_the_model_is_used_when_there_is_one(county: OrderingCounty, worker: OneJob) -> None:
    asked(county, profile="fast")
    worker.run()
    line = condoms(county)
    assert ForecastRun.objects.get().missing_package == ""
    assert all(math.isfinite(value) and value >= 0 for values in line.figures.values() for value in values)


def test_without_the_packages_the_medians_serve(
    county: OrderingCounty, worker: OneJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def bare(name: str, *more: Any, **named: Any) -> Any:
        if name == "polars":
            raise ModuleNotFoundError("No module named 'polars'", name="polars")
        return real(name, *more, **named)

    run = asked(county, profile="full")
    monkeypatch.setattr(builtins, "__import__", bare)
    worker.run()
    monkeypatch.undo()
    assert ForecastRun.objects.get().missing_package == "polars"
    assert condoms(county).method == "medians"
    page = Desk(planner(county)).page(f"/planning/forecasts/runs/{run}/")
    assert "polars was not installed" in page
    assert "pip install &#x27;zhixuan[forecast]&#x27;" in page or "pip install 'zhixuan[forecast]'" in page


def test_an_earlier_one_is_compared_with_what_came(county: OrderingCounty, worker: OneJob) -> None:
    asked(county)
    worker.run()
    asked(county, until=Month(2026, 7))
    worker.run()
    current = condoms(county)
    assert (current.run.data_until.month, current.off) == (10, None)
    asked(county)
    worker.run()
    current = condoms(county)
    assert current.months_compared == 3
    assert current.off is not None
    page = Desk(planner(county)).page(f"/planning/forecasts/{county.stock.store.pk}/{county.stock.condom.pk}/")
    assert "Said with data until 2026-07" in page


def test_stopped_and_begun_again(county: OrderingCounty, worker: OneJob) -> None:
    officer = an_actor(county.officer)
    run = asked(county)
    assert cancel_forecast(run_id=run, actor=officer, at=NOW) is True
    assert cancel_forecast(run_id=run, actor=officer, at=NOW) is False
    worker.run()
    assert not ForecastLine.objects.exists()
    command = a_command()
    resume_forecast(run_id=run, actor=officer, command_id=command, at=NOW)
    assert resume_forecast(run_id=run, actor=officer, command_id=command, at=NOW).repeated
    with pytest.raises(Refused) as refused:
        resume_forecast(run_id=run, actor=officer, command_id=a_command(), at=NOW)
    assert refused.value.code == "under_way"
    worker.run()
    assert condoms(county).run_id == run
    with pytest.raises(Refused):
        cancel_forecast(run_id=run, actor=officer, at=NOW)


def test_stopped_while_it_is_made(county: OrderingCounty, worker: OneJob, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(county)
    real = monthly.cards

    def cards(*given: Any, **named: Any) -> Any:
        for found in real(*given, **named):
            cancel_forecast(run_id=run, actor=an_actor(county.officer), at=NOW)
            yield found

    monkeypatch.setattr(monthly, "cards", cards)
    worker.run()
    assert not ForecastLine.objects.exists()
    assert ForecastRun.objects.get().state == "cancelled"


def test_more_back_than_out_counts_as_nothing_and_is_said(county: OrderingCounty, worker: OneJob) -> None:
    stock = county.stock
    given = stock.dispense(stock.store, stock.want(50), on=days(-180))
    stock.reverse(given, on=days(-150))
    asked(county)
    worker.run()
    assert condoms(county).marks == [["negative", "2026-06"]]
    assert min(condoms(county).figures["p10"]) >= 0


def test_nothing_to_forecast_from_is_said(county: OrderingCounty, worker: OneJob) -> None:
    run = asked(county, until=Month(2020, 1))
    worker.run()
    job = jobs.job_of(ForecastRun.objects.get(pk=run).job_id)
    assert job is not None
    assert "until 2020-01" in job.message
    assert "nothing to forecast from" in Desk(planner(county)).page(f"/planning/forecasts/runs/{run}/")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"until": Month(2026, 11)}, "until"), ({"horizon": 25}, "horizon"), ({"profile": "x"}, "profile")],
)
def test_what_cannot_be_asked_for(county: OrderingCounty, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(county, **more)
    assert refused.value.field == field


def test_who_may(county: OrderingCounty, worker: OneJob) -> None:
    with pytest.raises(Unknown):
        asked(county, county.stock.stranger)
    with pytest.raises(Forbidden):
        asked(county, an_actor(a_person(Role.AUDITOR, county.stock.network.county)))
    run = asked(county)
    with pytest.raises(Unknown):
        cancel_forecast(run_id=run, actor=county.stock.stranger, at=NOW)
    worker.run()
    assert not forecasts.current_lines(county.stock.stranger).exists()
    township = an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township))
    seen = set(forecasts.current_lines(township).values_list("facility__code", flat=True))
    assert seen == {county.stock.store.code}


def test_through_the_pages(county: OrderingCounty, worker: OneJob) -> None:
    person = planner(county)
    desk = Desk(person)
    new = "/planning/forecasts/runs/new/"
    refused = desk.refused(
        new, desk.form(new), area=county.stock.network.county.pk, horizon=3, profile="plain", until="x"
    )
    assert "is not a month" in refused
    address = desk.send(new, desk.form(new), area=county.stock.network.county.pk, horizon=3, profile="plain")
    assert "Waiting for its turn" in desk.page(f"{address}progress/")
    desk.send(f"{address}cancel/", {})
    desk.send(f"{address}resume/", desk.form(address))
    worker.run()
    assert desk.client.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    chinese = Desk(person, "zh-hans")
    series = f"/planning/forecasts/{county.stock.store.pk}/{county.stock.condom.pk}/"
    for page in (new, address, series, "/planning/forecasts/", "/planning/forecasts/runs/"):
        for one in (desk, chinese):
            assert "NaN" not in one.page(page)
    assert len(desk.sheet("/planning/forecasts/?method=medians")) == 1
