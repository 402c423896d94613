"""A file of monthly records: mistakes with sheet, row and column; forecast in the background; its maker's alone."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from typer.testing import CliRunner

from tests.builders import NOW, a_person, a_storekeeper, an_actor
from tests.modules.planning.conftest import OneJob
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.analytics.series_forecasts import forecast_table
from zhixuan.config import cli
from zhixuan.modules.planning.models import FileForecast, FileForecastLine
from zhixuan.modules.planning.operations.cancel_file_forecast import cancel_file_forecast
from zhixuan.modules.planning.operations.keep_history_file import keep_history_file
from zhixuan.modules.planning.operations.request_file_forecast import request_file_forecast
from zhixuan.modules.planning.operations.resume_file_forecast import resume_file_forecast
from zhixuan.modules.planning.operations.store_file_forecast import store_file_forecast
from zhixuan.modules.planning.queries import file_forecasts, history_files
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

TITLES = "year,month,site_code,product_code,stock_distributed"
ROOT = "/planning/forecasts/files/"


def months(count: int, issued: Any = 100, site: str = "S1", product: str = "P1", since: int = 2016) -> list[str]:
    """Rows of one series; `issued` a number, or what gives one for a place in the row of months."""
    pieces = issued if callable(issued) else lambda _place: issued
    return [f"{since + one // 12},{one % 12 + 1},{site},{product},{pieces(one)}" for one in range(count)]


def kept(actor: Actor, rows: list[str], titles: str = TITLES, **more: Any) -> UUID:
    said = {"content": "\n".join([titles, *rows]).encode(), "file_name": "records.csv", "mapping": b""}
    return keep_history_file(**(said | more), actor=actor, command_id=a_command(), at=NOW)


def looked_at(actor: Actor, upload: UUID) -> history_files.ReadFile:
    return history_files.read(actor, uploads.upload_of(actor, upload, history_files.PURPOSE))


def mistakes(actor: Actor, upload: UUID) -> list[tuple[str, int, str, str]]:
    with pytest.raises(Refused) as refused:
        looked_at(actor, upload)
    return [
        (str(one.fields.get("sheet", "")), int(str(one.fields["row"])), str(one.fields.get("column", "")), one.text())
        for one in refused.value.reasons
    ]


def asked(actor: Actor, rows: list[str], horizon: int = 3, profile: str = "plain", **more: Any) -> int:
    upload = kept(actor, rows, **more)
    return request_file_forecast(upload_id=upload, horizon=horizon, profile=profile, actor=actor, at=NOW)


@pytest.fixture
def planner(county: OrderingCounty) -> Actor:
    return an_actor(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county))


def finite(run: int) -> bool:
    lines = FileForecastLine.objects.filter(run=run)
    values = [value for one in lines for figures in one.figures.values() for value in figures]
    return bool(values) and all(math.isfinite(value) and value >= 0 for value in values)


def modelled(run: int) -> dict[str, FileForecastLine]:
    """Forecast by the model, outside the worker: its threads have no part in this test's transaction."""
    one = FileForecast.objects.get(pk=run)
    table = history_files.unpacked(one.history)
    made = forecast_table(table, one.horizon, profile="fast", report=lambda _done, _total: None)
    store_file_forecast(run_id=run, made=made, actor=Actor(None, "worker"), at=NOW)
    return {line.facility: line for line in FileForecastLine.objects.filter(run=run)}


def test_poor_history_gets_a_forecast_and_its_reason(planner: Actor) -> None:
    zeros, one_month = months(120, 0, "zeros"), months(1, site="one", since=2025)
    gap = [row for row in months(24, site="gap", since=2024) if not row.startswith("2024,12,")]
    run = asked(planner, [*zeros, *one_month, *gap, *months(120, lambda one: 900 if one == 90 else 9, "odd")])
    found = modelled(run)
    assert {site: line.method for site, line in found.items()} == {
        "zeros": "combined-idle",
        "one": "borrowed",
        "gap": "combined-smooth",
        "odd": "combined-smooth",
    }
    assert finite(run)
    assert found["odd"].marks == [["outlier", "2023-07"]]
    gap_month = [row for row in file_forecasts.history(found["gap"]) if row[0] == Month(2024, 12)]
    assert gap_month == [(Month(2024, 12), None, None, "missing")]
    assert [row[3] for row in file_forecasts.history(found["one"])] == ["recorded"] + ["missing"] * 11


def test_every_mistake_has_its_row_and_column(planner: Actor) -> None:
    rows = ["2026,1,S1,P1,-4", "2026,13,S1,P1,3", "2026,2,,P1,3", "2026,3,S1,P1,many", "2026,4,S1,P1,1"]
    found = mistakes(planner, kept(planner, [*rows, "2026,4,S1,P1,2"]))
    assert [(row, column) for _sheet, row, column, _text in found] == [
        (2, "stock_distributed"),
        (3, "month"),
        (4, "site_code"),
        (5, "stock_distributed"),
        (7, ""),
    ]
    assert found[0][3] == "Row 2: -4 issued is below zero; book returns as adjustments."
    assert "as row 6" in found[4][3]


def test_a_product_no_one_knows_is_refused_where_the_mapping_names_them(planner: Actor) -> None:
    mapping = b'[columns]\nfacility = "place"\n[products]\nknown = ["P1"]\n[products.replaced_by]\nOLD = "P1"\n'
    titles = TITLES.replace("site_code", "place")
    wrong = kept(planner, [*months(3), "2026,1,S1,P9,1"], titles, mapping=mapping)
    assert mistakes(planner, wrong)[0][1:] == (5, "product_code", "Row 5: product P9 is not known.")
    rows = [*months(12, product="OLD"), *months(12, since=2017)]
    joined = looked_at(planner, kept(planner, rows, titles, mapping=mapping))
    assert (joined.table["product"].unique().to_list(), joined.table.height) == (["P1"], 24)
    assert joined.titles["facility"] == "place"
    with pytest.raises(Refused) as refused:
        kept(planner, months(2), mapping=b"[colums]\n")
    assert "colums" in refused.value.text()


def test_a_workbook_of_several_sheets(planner: Actor) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "About"
    notes.append(["Anything"])
    for name, year in (("2024", 2024), ("2025", 2025)):
        sheet = book.create_sheet(name)
        sheet.append(["A report"])
        sheet.append(["年", "月", "机构编码", "品种编码", "发出数量", "缺货天数"])
        for month in range(1, 13):
            sheet.append([year, month, "S1", "P1", 7.5, 3 if month == 2 else None])
        sheet.append(["合计", None, None, None, 90])
    good, bad = io.BytesIO(), io.BytesIO()
    book.save(good)
    found = looked_at(planner, kept(planner, [], content=good.getvalue(), file_name="two.xlsx"))
    assert (found.table.height, found.table["issued"].sum(), found.table["stockout_days"].drop_nulls().len()) == (
        24,
        180.0,
        2,
    )
    assert found.titles == {"year": "年", "month": "月", "facility": "机构编码", "product": "品种编码"}
    book["2025"].cell(5, 5).value = -1
    book.save(bad)
    wrong = mistakes(planner, kept(planner, [], content=bad.getvalue(), file_name="two.xlsx"))
    assert wrong[0][:3] == ("2025", 5, "发出数量")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "there is no column"),
        (f"{TITLES}\n".encode(), "no rows below its titles"),
        (f"{TITLES}\n2026,1,S1,P1,\n".encode(), "empty in every row"),
        (b"\x89PNG\r\n", "records.csv"),
        (f"{TITLES}\n1950,1,S1,P1,1\n2150,1,S1,P1,1\n".encode(), "50 years apart"),
    ],
)
def test_what_is_no_history_is_refused_in_words(planner: Actor, content: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        looked_at(planner, kept(planner, [], content=content))
    assert any(words in one.text() for one in refused.value.reasons)


def test_too_much_for_a_small_machine_is_refused(planner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_files, "CELLS_MOST", 11)
    with pytest.raises(Refused) as refused:
        looked_at(planner, kept(planner, months(12)))
    assert "Split the file" in refused.value.text()


def test_the_answer_is_that_of_the_command(planner: Actor, tmp_path: Path) -> None:
    rows = [*months(30, lambda one: 80 + one % 7), *months(20, site="S2"), *months(30, product="P2")]
    run = asked(planner, rows)
    modelled(run)
    given, out = tmp_path / "history.csv", tmp_path / "forecast.csv"
    given.write_text("\n".join([TITLES, *rows]))
    said = CliRunner().invoke(
        cli.build(), ["forecast", "--history", str(given), "--out", str(out), "--profile", "fast"]
    )
    assert said.exit_code == 0, said.output
    commanded = list(csv.reader(out.open()))
    one = file_forecasts.run(planner, run)
    assert file_forecasts.columns_of(one) == commanded[0]
    ours = list(file_forecasts.rows_of(one))
    assert [[*map(str, row[:4]), row[-1]] for row in ours] == [[*row[:4], row[-1]] for row in commanded[1:]]
    for mine, theirs in zip(ours, commanded[1:], strict=True):
        assert [float(cell) for cell in mine[4:-1]] == pytest.approx([float(cell) for cell in theirs[4:-1]], abs=0.0051)


def test_asked_once_stopped_and_begun_again(planner: Actor, worker: OneJob) -> None:
    upload = kept(planner, months(24))
    given = {"upload_id": upload, "horizon": 3, "profile": "plain", "actor": planner, "at": NOW}
    run = request_file_forecast(**given)
    assert request_file_forecast(**given) == run
    assert cancel_file_forecast(run_id=run, actor=planner, at=NOW) is True
    assert cancel_file_forecast(run_id=run, actor=planner, at=NOW) is False
    worker.run()
    assert not FileForecastLine.objects.exists()
    command = a_command()
    resume_file_forecast(run_id=run, actor=planner, command_id=command, at=NOW)
    assert resume_file_forecast(run_id=run, actor=planner, command_id=command, at=NOW).repeated
    worker.run()
    assert FileForecastLine.objects.get().figures["median"] == [100.0] * 3
    with pytest.raises(Refused):
        cancel_file_forecast(run_id=run, actor=planner, at=NOW)


def test_nobody_else_sees_it(county: OrderingCounty, planner: Actor, worker: OneJob) -> None:
    upload = kept(planner, months(24))
    run = request_file_forecast(upload_id=upload, horizon=3, profile="plain", actor=planner, at=NOW)
    worker.run()
    officer = an_actor(county.officer)
    for verb in (cancel_file_forecast, resume_file_forecast):
        more = {"command_id": a_command()} if verb is resume_file_forecast else {}
        with pytest.raises(Unknown):
            verb(run_id=run, actor=officer, at=NOW, **more)  # type: ignore[operator]
    with pytest.raises(Unknown):
        request_file_forecast(upload_id=upload, horizon=3, profile="plain", actor=officer, at=NOW)
    assert not file_forecasts.runs_for(officer).exists()
    with pytest.raises(Forbidden):
        kept(an_actor(a_storekeeper(county.stock.store)), months(3))
    with pytest.raises(Refused):
        asked(planner, months(3), horizon=25)


def test_from_the_file_to_the_download(county: OrderingCounty, worker: OneJob) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county))
    command = str(a_command())
    wrong = io.BytesIO(f"{TITLES}\n2026,1,S1,P1,-4\n".encode())
    wrong.name = "records.csv"
    page = client.post(f"{ROOT}new/", {"file": wrong, "command_id": command}, follow=True)
    assert "-4 issued is below zero" in page.content.decode()
    good = io.BytesIO("\n".join([TITLES, *months(30, lambda one: 9000 if one == 25 else 100)]).encode())
    good.name = "records.csv"
    page = client.post(f"{ROOT}new/", {"file": good, "command_id": str(a_command())}, follow=True)
    shown = page.content.decode()
    assert "2018-02" in shown
    assert "far from what is usual" in shown
    plan = page.request["PATH_INFO"]
    assert client.post(plan, {"horizon": 30, "profile": "plain"}).status_code == 422
    page = client.post(plan, {"horizon": 3, "profile": "plain"}, follow=True)
    run = FileForecast.objects.get()
    assert page.request["PATH_INFO"] == f"{ROOT}{run.pk}/"
    assert client.get(plan).status_code == 302
    assert client.get(f"{ROOT}{run.pk}/forecast.csv").status_code == 404
    worker.run()
    assert "S1" in client.get(f"{ROOT}{run.pk}/").content.decode()
    line = FileForecastLine.objects.get()
    series = client.get(f"{ROOT}{run.pk}/lines/{line.pk}/").content.decode()
    assert "2018-02" in series
    assert "nan" not in series.lower().split("<main")[1].replace("finance", "")
    answer = client.get(f"{ROOT}{run.pk}/forecast.csv").content.decode("utf-8-sig").splitlines()
    assert answer[0].startswith("year,month,site_code,product_code,predicted_value,mean,p10")
    assert answer[1].startswith("2018,7,S1,P1,100.0,")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ROOT}{run.pk}/forecast.xlsx").content))
    assert book.active.max_row == 4
    assert client.get(f"{ROOT}template/").status_code == 200
    assert "records.csv" in client.get(ROOT).content.decode()
