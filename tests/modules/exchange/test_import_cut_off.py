"""SIGKILL at random moments of an import: at each moment what is there is whole, and a later run finishes the rest."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import FreshDatabase
from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import SITE_TITLES, TITLES, Rows, csv_text, product_rows
from tests.processes import COMMAND, zhixuan
from zhixuan.modules.stock.operations.check_ledger import check_ledger

SITES = 60
MONTHS = 24
ROWS = SITES * MONTHS * 2
PATIENCE_SECONDS = 120

WRONG_MONTH_ENDS = """
SELECT count(*) FROM exchange_importedrow r WHERE r.standing = 'counts' AND r.closing <> (
  SELECT coalesce(sum(CASE WHEN p.facility_id = r.facility_id THEN CASE WHEN m.to_place_id = p.id THEN m.pieces
                           ELSE -m.pieces END END), 0)
  FROM stock_movement m JOIN stock_place p ON (p.id = m.to_place_id OR p.id = m.from_place_id)
  WHERE p.kind = 'store' AND p.facility_id = r.facility_id AND m.product_id = r.product_id
    AND m."on" < {after})
"""
NEXT_MONTH = {"sqlite": "date(r.month, '+1 month')", "postgresql": "r.month + interval '1 month'"}


def write_country(folder: Path, extra: int) -> Path:
    """Sixty sites over two years; `extra` pieces more in every closing stock."""
    folder.mkdir(exist_ok=True)
    cards: Rows = []
    for number in range(MONTHS):
        for site in range(SITES):
            for product in ("AS27000", "AS27134"):
                opening = 50 + number + (extra if number else 0)
                values = (2018 + number // 12, number % 12 + 1, f"C{site:04d}", product, opening, 9, 8, 0)
                closing = 51 + number + extra
                cards.append(dict(zip(TITLES, (*values, closing, 8, 0, 8), strict=True)))
    sites: Rows = [
        dict(zip(SITE_TITLES, (f"C{site:04d}", "Hospital", "NORTH", f"D {site % 7}", 5, -4), strict=True))
        for site in range(SITES)
    ]
    for name, table in (("logistics", cards), ("sites", sites), ("products", product_rows())):
        (folder / f"{name}.csv").write_text(csv_text(table))
    return folder


def run_and_kill(folder: Path, database: FreshDatabase, chance: random.Random) -> bool:
    """Start the import and kill it: early, or at a random share of its rows. False: it was faster."""
    command = [COMMAND, "import", "lmis", str(folder), "--yes"]
    process = subprocess.Popen(
        command, env=database.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    before, early = ledger_facts.count("exchange_importedrow"), chance.random() < 0.2
    target = chance.randrange(ROWS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not early and process.poll() is None and time.monotonic() < deadline:
        if _is_posting() and ledger_facts.count("exchange_importedrow") - before >= target - 1000:
            break
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 4.0 if early else 0.4))
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return was_running


def _is_posting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_importrun WHERE state = 'posting'")
        return bool(cursor.fetchone()[0]) and ledger_facts.count("directory_facility") == SITES


def assert_whole() -> None:
    """What is there is right: the ledger is true, every row is in it, and a site is there with all rows or none."""
    assert [fault for fault in check_ledger() if fault.check != "chain"] == []
    with connection.cursor() as cursor:
        cursor.execute(WRONG_MONTH_ENDS.format(after=NEXT_MONTH[connection.vendor]))
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "SELECT facility_id, count(*), count(DISTINCT product_id || ':' || month) FROM exchange_importedrow "
            "WHERE standing = 'counts' GROUP BY facility_id"
        )
        assert {(rows, different) for _facility, rows, different in cursor.fetchall()} <= {(MONTHS * 2, MONTHS * 2)}


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.full)])
def test_an_import_that_is_killed_leaves_nothing_half_done(
    fresh_database: FreshDatabase, tmp_path: Path, kills: int
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    killed, extra = 0, 0
    seen: list[tuple[int, int]] = []
    for _attempt in range(kills * 3):
        folder = write_country(tmp_path / "country", extra)
        killed += run_and_kill(folder, fresh_database, chance)
        assert_whole()
        seen.append((_counting(), ledger_facts.count("exchange_importedrow") - _counting()))
        if killed >= kills:
            break
        if _all_in(extra):
            extra += 1
    print(f"rows counting and replaced after each kill: {seen}")  # noqa: T201
    done = zhixuan(
        "import",
        "lmis",
        str(write_country(tmp_path / "country", extra)),
        "--yes",
        environment=fresh_database.environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert killed >= kills
    assert check_ledger() == []
    assert_whole()
    assert _all_in(extra)
    connection.close()


def _all_in(extra: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM exchange_importedrow WHERE standing = 'counts' AND month = '2018-01-01' "
            "AND closing = %s",
            [51 + extra],
        )
        return bool(cursor.fetchone()[0] == SITES * 2 and _counting() == ROWS)


def _counting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_importedrow WHERE standing = 'counts'")
        return int(cursor.fetchone()[0])
