"""What every command does with records as they come: an answer with its reason, or a refusal that says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.analytics.test_commands import run

HEAD = "year,month,site_code,product_code,stock_initial,stock_received,stock_distributed,stock_adjustment,stock_end"
COMMANDS = ("forecast", "backtest", "levels", "allocate", "simulate")
ASKED = "site_code,product_code,on_hand,on_order,product_available\nA,P,3,1,40\nNEW,P,0,0,40\nA,UNKNOWN,0,0,7\n"
Issued = Callable[[int], float | str]


def card(number: int, issued: float | str, facility: str = "A") -> str:
    return f"{2018 + number // 12},{number % 12 + 1},{facility},P,20,5,{issued},0,{'20' if issued else '0'}"


def records(months: int, issued: Issued, *, without: int | None = None) -> list[str]:
    kept = [number for number in range(months) if number != without]
    return [card(number, issued(number), facility) for facility in "ABC" for number in kept]


def call(command: str, folder: Path, rows: list[str], months: int, *more: str) -> tuple[int, str]:
    """Exit code and all that was said."""
    (folder / "h.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (folder / "r.csv").write_text(ASKED, encoding="utf-8")
    out, asked = folder / "out.csv", f"{2018 + months // 12}-{months % 12 + 1:02}"
    ordering = ["--request", folder / "r.csv", "--out", out, "--month", asked, "--lead", "1"]
    words = {
        "forecast": ["--out", out, "--horizon", "2", "--profile", "fast"],
        "backtest": ["--origins", f"{2018 + (months - 5) // 12}-{(months - 5) % 12 + 1:02}", "--profile", "fast"],
        "levels": ordering,
        "allocate": ordering,
        "simulate": ["--from", f"{2018 + (months - 9) // 12}-{(months - 9) % 12 + 1:02}", "--to", "2030-12"],
    }
    words["simulate"][-1] = f"{2018 + (months - 1) // 12}-{(months - 1) % 12 + 1:02}"
    done = run(command, "--history", folder / "h.csv", *words[command], *more)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output.replace("\n", " ")


ANSWERED = {
    "a month missing everywhere": (records(24, lambda number: number % 5, without=9), 24),
    "ten years of zeros": (records(120, lambda _number: 0), 120),
    "empty now and then": (records(24, lambda number: "" if number % 3 == 0 else 4), 24),
    "always the same": (records(24, lambda _number: 5), 24),
    "very large": (records(24, lambda number: 1e12 - number), 24),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ANSWERED)
def test_what_can_be_answered_is_answered_with_figures_only(tmp_path: Path, command: str, kind: str) -> None:
    rows, months = ANSWERED[kind]
    code, said = call(command, tmp_path, rows, months)
    if command == "simulate" and code == 1:  # a past too thin to play again
        assert "No series has enough reports" in said
        return
    assert code == 0, said
    assert "nan" not in said.lower().replace("unknown", "")
    if (tmp_path / "out.csv").exists():
        found = pl.read_csv(tmp_path / "out.csv")
        figures = found.select(pl.selectors.numeric()).cast(pl.Float64)
        assert figures.select(pl.all().is_finite().all()).row(0) == (True,) * figures.width
        assert found.null_count().sum_horizontal()[0] == 0
        assert figures.select(pl.all() >= 0).select(pl.all().all()).row(0) == (True,) * figures.width


@pytest.mark.parametrize(("command", "kind"), [("backtest", "ten years of zeros"), ("simulate", "always the same")])
def test_json_knows_no_nan(tmp_path: Path, command: str, kind: str) -> None:
    code, said = call(command, tmp_path, *ANSWERED[kind], "--json")
    assert code == 0

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in the answer")

    assert json.loads(said, parse_constant=refuse)


def test_one_month_of_history_is_answered_and_says_why(tmp_path: Path) -> None:
    code, _said = call("forecast", tmp_path, [card(11, 7)], 12)
    assert code == 0
    found = pl.read_csv(tmp_path / "out.csv")
    assert found.select("predicted_value", "method").rows() == [(7.0, "borrowed")] * 2
    for command in ("levels", "allocate"):
        assert call(command, tmp_path, [card(11, 7)], 12)[0] == 0
    assert "two months up to it" in call("backtest", tmp_path, [card(11, 7)], 12)[1]
    assert "at least four months" in call("simulate", tmp_path, [card(11, 7)], 12)[1]


@pytest.mark.parametrize("command", ["levels", "allocate"])
def test_a_product_nobody_knows_is_named_with_its_row(tmp_path: Path, command: str) -> None:
    rows = records(24, lambda number: number % 5)
    code, said = call(command, tmp_path, rows, 24)
    assert code == 0
    assert "Row 4: nobody has records of product UNKNOWN, so it gets 0." in said
    assert pl.read_csv(tmp_path / "out.csv").row(2)[2] == 0
    _code, said = call(command, tmp_path, rows, 24, "--json")
    assert json.loads(said)["unknown"] == [{"row": 4, "product": "UNKNOWN"}]


REFUSED = {
    "negative issues": (card(3, -4), "-4 issued is below zero; book returns as adjustments."),
    "text": (card(3, "many"), "“many” in “stock_distributed” is not a number that can be used; write digits only"),
    "a comma": (card(3, '"1,200"'), "“1,200” in “stock_distributed” is not a number"),
    "a row twice": (card(2, 4), "is about the same facility, product and month as row 4; keep one of them."),
    "no month": (card(3, 4).replace("2018,4", "2018,"), "“2018-” is no month"),
    "too many cells": (card(3, 4) + ",9,9", "has 11 cells, but there are 9 titles"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_used_is_refused_with_its_row(tmp_path: Path, command: str, kind: str) -> None:
    row, sentence = REFUSED[kind]
    code, said = call(command, tmp_path, [card(0, 4), card(1, 4), card(2, 4), row], 12)
    assert code == 1
    assert sentence in said
    assert "Row 5" in said
    assert not (tmp_path / "out.csv").exists()


def test_where_nothing_can_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(HEAD + "\n" + card(0, 4) + "\n")
    done = run("forecast", "--history", tmp_path / "h.csv", "--out", tmp_path / "nowhere" / "out.csv")
    assert done.exit_code == 1
    assert "make it first" in done.output
    (tmp_path / "out.csv.partial").mkdir()
    done = run("forecast", "--history", tmp_path / "h.csv", "--out", tmp_path / "out.csv", "--profile", "fast")
    assert done.exit_code == 3
    assert "cannot be written" in done.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "r.csv is empty."),
        (ASKED.splitlines()[0].encode(), "has no rows below its titles"),
        (b"site_code,product_code\nA,P\n", "has no column “on_hand”, “on_order”"),
    ],
)
@pytest.mark.parametrize("command", ["levels", "allocate"])
def test_a_request_that_cannot_be_read_is_refused(tmp_path: Path, command: str, content: bytes, sentence: str) -> None:
    history, asked = tmp_path / "h.csv", tmp_path / "r.csv"
    history.write_text("\n".join([HEAD, *records(12, lambda _number: 5)]))
    asked.write_bytes(content)
    words = ("--history", history, "--request", asked, "--out", tmp_path / "o.csv", "--month", "2019-01", "--lead", "1")
    done = run(command, *words)
    assert done.exit_code == 1
    assert sentence in done.output.replace("\n", " ")
