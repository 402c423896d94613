"""`zhixuan forecast` and `zhixuan backtest`: files in, files out, exit codes that mean something; no database."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from django.utils import translation
from typer.testing import CliRunner, Result

from tests.analytics.histories import county
from zhixuan.config import cli

OUT = ["year", "month", "site_code", "product_code", "predicted_value", "mean"]
OUT += ["p10", "p50", "p80", "p90", "p95", "method"]


def run(*words: str | Path) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(cli.build(), [str(word) for word in words])


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    dated = county(6, 2, 24).with_columns(year=pl.col("month").dt.year(), m=pl.col("month").dt.month())
    titles = {"site_code": "facility", "product_code": "product", "stock_distributed": "issued"}
    dated.select("year", pl.col("m").alias("month"), **titles).write_csv(path)
    return path


def test_a_forecast_goes_to_a_file(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run("forecast", "--history", history, "--horizon", "2", "--out", out, "--profile", "fast", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["series"] == 12
    table = pl.read_csv(out)
    assert table.columns == OUT
    assert table.height == 24
    assert table.null_count().sum_horizontal()[0] == 0
    assert (table["predicted_value"] == table["p50"]).all()


def test_a_look_back_prints_its_table(history: Path) -> None:
    done = run("backtest", "--history", history, "--origins", "2023-06,2023-09", "--profile", "fast", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert {row["origin"] for row in found["origins"]} == {"2023-06", "2023-09"}
    ours = next(row for row in found["averages"] if row["method"] == "forecast")
    assert {"score", "score_median", "mase", "bias", "bias_absolute", "pinball_upper", "coverage_90"} <= set(ours)
    shown = run("backtest", "--history", history, "--origins", "2023-06", "--profile", "fast")
    assert shown.exit_code == 0
    assert "How far off the points were" in shown.output
    assert "Mean and upper quantiles" in shown.output


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["backtest", "--origins", "soon"], 1, "is not a month"),
        (["backtest", "--origins", "2030-01"], 1, "the records go from 2022-01 to 2023-12"),
        (["backtest", "--origins", ","], 1, "Name at least one origin"),
        (["forecast", "--out", "x.csv", "--horizon", "0"], 2, ""),
        (["forecast", "--horizon", "3"], 2, ""),
    ],
)
def test_what_cannot_be_done_is_said(history: Path, words: list[str], code: int, sentence: str) -> None:
    done = run(words[0], "--history", history, *words[1:])
    assert done.exit_code == code
    assert sentence in done.output.replace("\n", " ")


def test_mistakes_of_a_file_leave_nothing_behind(tmp_path: Path) -> None:
    path, out = tmp_path / "h.csv", tmp_path / "out.csv"
    path.write_text("year,month,site_code,product_code,stock_distributed\n2019,1,A,P,-1\n2019,,A,P,1\n")
    done = run("forecast", "--history", path, "--out", out)
    assert done.exit_code == 1
    assert "Row 2: -1 issued is below zero" in done.output
    assert "Row 3: “2019-” is no month" in done.output
    assert list(tmp_path.iterdir()) == [path]


def test_history_of_a_file_by_method_needs_the_methods(history: Path, tmp_path: Path) -> None:
    out, mapping = tmp_path / "out.csv", tmp_path / "m.toml"
    done = run("history", "--history", history, "--out", out, "--by", "method")
    assert done.exit_code == 1
    products = pl.read_csv(history)["product_code"].unique().sort()
    assert [line.split()[1] for line in done.output.splitlines() if "has no method" in line] == products.to_list()
    assert not out.exists()
    mapping.write_text("[products.methods]\n" + "".join(f'{code} = "oral"\n' for code in products))
    assert run("history", "--history", history, "--out", out, "--by", "method", "--mapping", mapping).exit_code == 0
    found = pl.read_csv(out)
    assert (found.height, found["method"].unique().to_list()) == (24, ["oral"])


def test_a_mapping_that_is_no_toml_is_refused(history: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text("[columns\n")
    done = run("forecast", "--history", history, "--out", tmp_path / "out.csv", "--mapping", mapping)
    assert done.exit_code == 1
    assert "is not TOML" in done.output.replace("\n", " ")
