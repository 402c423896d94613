"""Whoever dies by SIGKILL, nothing acknowledged is lost and nothing is posted twice (G3)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.databases import FreshDatabase
from tests.scale.kills import run
from tests.scale.seeds import base_seed


def test_killed_writers_lose_and_double_nothing(fresh_database: FreshDatabase) -> None:
    seed = base_seed()
    outcome = run(6, seed, writers=3)
    assert outcome.faults == [], f"seed {seed}: {outcome}"
    assert outcome.acknowledged > 6


@pytest.mark.full
def test_sixty_killed_writers(fresh_database: FreshDatabase) -> None:
    seed = base_seed()
    outcome = run(60, seed)
    assert outcome.faults == [], f"seed {seed}: {outcome}"


def killed_servers(kills: int) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ZHIXUAN_DATA"}}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "tests.scale.kills", "--server-kills", str(kills)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.full)])
def test_a_killed_database_server_comes_back_with_all_it_acknowledged(db: None, kills: int) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    ran = killed_servers(kills)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " 0 faults" in ran.stdout
