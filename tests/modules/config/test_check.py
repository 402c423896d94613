"""`zhixuan check` at the terminal: what it says, its exit code, and what it may put right."""

from __future__ import annotations

import json

from click.testing import Result
from django.db import connection, connections
from django.utils import translation
from typer.testing import CliRunner

from tests import builders
from tests.databases import FreshDatabase
from tests.processes import zhixuan
from zhixuan.config import cli


def _a_ledger() -> None:
    network = builders.a_network()
    builders.a_delivery(network.warehouse, builders.an_item(), pieces=400)


def _tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _check(*words: str) -> Result:
    """The command in this process, which is connected to the test's own database."""
    connections.close_all()
    with translation.override("en"):
        return CliRunner().invoke(cli.build(), ["check", *words])


def test_a_true_ledger_is_told_so(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    answer = zhixuan("check", "--json", environment=fresh_database.environment)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"ok": True, "faults": []}


def test_a_wrong_balance_is_named_and_made_anew(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    _tamper("UPDATE stock_balance SET pieces = pieces + 7")

    found = _check("--json")
    mended = _check("--rebuild")

    assert found.exit_code == 1
    assert [fault["check"] for fault in json.loads(found.stdout)["faults"]] == ["balances"]
    assert mended.exit_code == 0, mended.stdout


def test_balances_are_not_rebuilt_on_slips_that_were_touched(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    _tamper("UPDATE stock_balance SET pieces = pieces + 7")
    _tamper("UPDATE stock_slipcounter SET last = last + 1")

    answer = _check("--rebuild", "--json")

    assert answer.exit_code == 1
    assert {fault["check"] for fault in json.loads(answer.stdout)["faults"]} == {"balances", "slips"}
