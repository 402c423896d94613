"""The doctor finds what would make trouble, and says what to do."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone, translation
from typer.testing import CliRunner

from zhixuan.config import cli
from zhixuan.config.backup import records
from zhixuan.config.commands.doctor import examine
from zhixuan.config.doctor import database
from zhixuan.config.doctor.finding import State
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.crypto import key_from_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def well_kept(settings: Any, tmp_path: Path) -> Path:
    """A system that lacks nothing: the doctor has only good to say."""
    settings.DATA = tmp_path
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.LEDGER_KEY_FILE = tmp_path / "keys" / "ledger.key"
    (tmp_path / "keys").mkdir(mode=0o700)
    key_from_file(settings.LEDGER_KEY_FILE)
    (tmp_path / "worker.pulse").touch()
    records.note_backup(tmp_path / "backup", timezone.now())
    records.note_restore(tmp_path / "backup", timezone.now())
    return tmp_path


def states() -> dict[str, State]:
    with translation.override("en"):
        return {finding.name: finding.state for finding in examine()}


def test_a_well_kept_system_has_no_failure() -> None:
    assert not [name for name, state in states().items() if state is State.FAIL]
    done = CliRunner().invoke(cli.build(), ["doctor", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ok"]


def test_keys_that_others_can_read_or_that_are_lost(well_kept: Path) -> None:
    key = well_kept / "keys" / "ledger.key"
    key.chmod(0o644)
    assert states()["Key permissions"] is State.FAIL
    key.unlink()
    assert states()["Ledger key"] is State.FAIL


def test_old_backups_and_a_silent_worker(well_kept: Path) -> None:
    records.note_backup(well_kept / "backup", timezone.now() - timedelta(hours=27))
    records.note_restore(well_kept / "backup", timezone.now() - timedelta(days=36))
    os.utime(well_kept / "worker.pulse", (time.time() - 120,) * 2)
    found = states()
    assert {found[name] for name in ("Last backup", "Last restore drill", "Worker")} == {State.WARN}


def test_a_clock_that_was_set_back() -> None:
    audit.record(Actor(None, "x"), "wrote", "-", 1, "", {}, timezone.now() + timedelta(hours=1))
    assert states()["Clock"] is State.FAIL


def test_a_database_that_is_behind_or_ahead() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("stock", "9999_from_the_future")
    assert states()["Tables"] is State.FAIL
    recorder.record_unapplied("stock", "9999_from_the_future")
    recorder.record_unapplied(*MigrationLoader(connection).graph.leaf_nodes("shared")[0])
    assert states()["Tables"] is State.FAIL


def test_strangers_who_can_reach_it_without_tls(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["supply.example"]
    assert states()["HTTPS"] is State.FAIL
    settings.HTTPS = True
    assert states()["HTTPS"] is State.OK
    settings.ALLOWED_HOSTS = ["*"]
    assert states()["Hosts"] is State.FAIL


def test_a_database_that_may_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET synchronous_commit = off")
        name = "PostgreSQL synchronous_commit"
    else:
        monkeypatch.setitem(database.SQLITE_PRAGMAS, "PRAGMA synchronous", (3, "synchronous"))
        name = "SQLite synchronous"
    assert states()[name] is State.FAIL
    done = CliRunner().invoke(cli.build(), ["doctor"])
    assert done.exit_code == 1
