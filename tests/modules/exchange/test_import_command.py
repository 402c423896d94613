"""`zhixuan import lmis`: a dry run first, all mistakes at once, exit codes that mean something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from typer.testing import CliRunner, Result

from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import corrected, sound_rows, write_csv
from zhixuan.modules.exchange.cli import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def command(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["lmis", *words], input=answer)


def told(*words: str) -> tuple[int, dict[str, Any]]:
    result = command(*words, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_dry_run_then_import_then_nothing(tmp_path: Path) -> None:
    folder = str(write_csv(tmp_path, sound_rows()))
    before = ledger_facts.counts()
    code, dry = told(folder, "--dry-run")
    assert (code, dry["state"], dry["counts"]["new"]) == (0, "checked", 36)
    assert ledger_facts.counts() == before
    code, done = told(folder)
    assert (code, done["state"], done["proof"]["equal"]) == (0, "done", 36)
    code, again = told(folder)
    assert (code, again["state"]) == (0, "unchanged")


def test_it_asks_before_it_writes(tmp_path: Path) -> None:
    folder = str(write_csv(tmp_path, sound_rows()))
    assert command(folder, answer="n\n").exit_code == 2
    assert ledger_facts.counts()["stock_event"] == 0
    said = command(folder, answer="y\n")
    assert said.exit_code == 0
    assert "All 36 month ends in the ledger equal the files" in said.output


def test_mistakes_end_it_with_one_and_a_place_each(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, corrected(sound_rows(), {"stock_end": "x", "stock_received": "y"}))
    code, refused = told(str(folder))
    assert (code, refused["state"]) == (1, "refused")
    assert {one["column"] for one in refused["mistakes"]} == {"stock_end", "stock_received"}
    assert {one["sheet"] for one in refused["mistakes"]} == {"logistics.csv"}
    assert "Nothing was imported." in command(str(folder), "--yes").output


def test_it_speaks_chinese(tmp_path: Path) -> None:
    with translation.override("zh-hans"):
        said = command(str(write_csv(tmp_path, sound_rows())), "--yes").output
    assert "36 个期末数账文全部相符" in said
