"""The power may go at any moment: what was acknowledged stands, and the rest is as if it had never been (G4)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import FreshDatabase
from tests.scale.power_cut import run
from tests.scale.seeds import base_seed


@pytest.fixture
def sqlite_only(fresh_database: FreshDatabase) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own log; `zhixuan doctor` proves that its syncs are on")


def test_power_cuts_lose_nothing_that_was_acknowledged(sqlite_only: None) -> None:
    seed = base_seed()
    tried, faults = run(60, seed, points=60)
    assert tried == 60
    assert faults == [], f"seed {seed}: {faults[:5]}"


@pytest.mark.full
def test_a_power_cut_at_every_sync_point_of_two_hundred_postings(sqlite_only: None) -> None:
    seed = base_seed()
    tried, faults = run(200, seed)
    assert tried > 400
    assert faults == [], f"seed {seed}: {faults[:5]}"


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_test_is_not_blind(sqlite_only: None, synchronous: str) -> None:
    """With weaker settings acknowledged postings are lost, and this test sees it."""
    _tried, faults = run(30, 7, synchronous=synchronous, points=40)
    assert any("lost" in fault for fault in faults)


def test_the_disk_is_told_before_the_client(tmp_path: Path) -> None:
    """Between any two answers the log file was synced, after the last thing written to it."""
    if connection.vendor != "sqlite" or not shutil.which("strace"):
        pytest.skip("needs SQLite and strace")
    trace = tmp_path / "trace"
    calls = "trace=write,pwrite64,fsync,fdatasync"
    environment = {name: value for name, value in os.environ.items() if name not in {"ZHIXUAN_DATA", "DATABASE_URL"}}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        ["strace", "-f", "-y", "-e", calls, "-o", trace, sys.executable, "-m", "tests.scale.fsync_order"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if "ptrace" in ran.stderr:
        pytest.skip("strace may not trace here")
    acts = re.findall(
        r'(pwrite64|write|fsync|fdatasync)\(\d+<([^>]*)>(?:, "(ACK \d)?)?', trace.read_text(errors="replace")
    )
    since, answers = [], 0
    for call, file, answer in acts:
        if answer:
            answers += 1
            log = [one for one, name in since if name.endswith("-wal")]
            assert log, "nothing was written for this answer"
            assert log[-1] in {"fsync", "fdatasync"}, f"written after the last sync: {log[-3:]}"
            since = []
        else:
            since.append((call, file))
    assert answers == 5
