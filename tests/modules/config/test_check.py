"""`zhixuan check` at the terminal: what it says, its exit code, and what it may put right."""

from __future__ import annotations

import json

from django.db import connection

from tests import builders
from tests.databases import FreshDatabase
from tests.processes import zhixuan


def _a_ledger() -> None:
    network = builders.a_network()
    builders.a_delivery(network.warehouse, builders.an_item(), pieces=400)


def _tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_true_ledger_is_told_so(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    answer = zhixuan("check", "--json", environment=fresh_database.environment)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"ok": True, "faults": []}


def test_a_wrong_balance_is_named_and_made_anew(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    _tamper("UPDATE stock_balance SET pieces = pieces + 7")

    found = zhixuan("check", "--json", environment=fresh_database.environment)
    mended = zhixuan("check", "--rebuild", environment=fresh_database.environment)

    assert found.returncode == 1
    assert [fault["check"] for fault in json.loads(found.stdout)["faults"]] == ["balances"]
    assert mended.returncode == 0, mended.stdout


def test_balances_are_not_rebuilt_on_slips_that_were_touched(fresh_database: FreshDatabase) -> None:
    _a_ledger()
    _tamper("UPDATE stock_balance SET pieces = pieces + 7")
    _tamper("UPDATE stock_slipcounter SET last = last + 1")

    answer = zhixuan("check", "--rebuild", "--json", environment=fresh_database.environment)

    assert answer.returncode == 1
    assert {fault["check"] for fault in json.loads(answer.stdout)["faults"]} == {"balances", "slips"}
