"""The real stock cards of a country: all of them in, all of them equal, within the memory promised."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import FreshDatabase
from tests.modules.exchange import ledger_facts
from tests.processes import COMMAND, measured
from zhixuan.modules.stock.operations.check_ledger import check_ledger

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "civ"
MEGABYTES_MAX = 600
ROWS = 38_842

BALANCES = """
SELECT f.code, p.code, b.pieces FROM stock_balance b JOIN stock_place s ON s.id = b.place_id
JOIN directory_facility f ON f.id = s.facility_id JOIN catalogue_product p ON p.id = b.product_id WHERE s.kind = 'store'
"""


def last_closings() -> dict[tuple[str, str], int]:
    """Closing stock of each series' last month, by a reading of the file that shares nothing with the import."""
    latest: dict[tuple[str, str], tuple[int, int]] = {}
    with (DATA / "logistics.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            key, month = (line["site_code"], line["product_code"]), int(line["year"]) * 12 + int(line["month"])
            if month >= latest.get(key, (0, 0))[0]:
                latest[key] = (month, int(line["stock_end"]))
    return {key: closing for key, (_month, closing) in latest.items()}


def do_import(environment: dict[str, str]) -> tuple[dict[str, object], float, float]:
    """The command's answer, its seconds and the most memory it held, in MB."""
    ran = measured([COMMAND, "import", "lmis", str(DATA), "--json"], environment)
    assert ran.code == 0, ran.text[-2000:] + ran.error[-2000:]
    return json.loads(ran.text), ran.seconds, ran.megabytes


def test_all_of_it_comes_in_and_every_month_end_is_equal(fresh_database: FreshDatabase) -> None:
    if not DATA.exists():
        pytest.skip("skipped: no data")
    answer, seconds, megabytes = do_import(fresh_database.environment)
    load = os.getloadavg()[0]
    print(f"{connection.vendor}: {seconds:.1f} s, at most {megabytes:.0f} MB, load {load:.1f}")  # noqa: T201
    assert answer["state"] == "done"
    assert answer["proof"] == {"month_ends": ROWS, "equal": ROWS, "negative_days": 0, "wrong": []}
    assert megabytes <= MEGABYTES_MAX
    with connection.cursor() as cursor:
        cursor.execute(BALANCES)
        held = {(site, product): int(pieces) for site, product, pieces in cursor.fetchall()}
    closings = last_closings()
    assert {key: held.get(key, 0) for key in closings} == closings
    assert ledger_facts.count("exchange_importedrow") == ROWS
    assert check_ledger() == []

    before = ledger_facts.counts()
    again, seconds, _megabytes = do_import(fresh_database.environment)
    print(f"again: {again['state']}, {seconds:.1f} s")  # noqa: T201
    assert again["state"] == "unchanged"
    assert ledger_facts.counts() == before
