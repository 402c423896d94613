"""The databases that the tests stand on are what they say they are."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.databases import FreshDatabase
from zhixuan.shared.models import AuditEntry

COUNT = "import django; django.setup(); from zhixuan.shared.models import AuditEntry; print(AuditEntry.objects.count())"


def test_another_process_sees_what_was_committed(fresh_database: FreshDatabase) -> None:
    AuditEntry.objects.create(at=timezone.now(), actor_name="somebody", verb="tested", object_type="-", object_id="1")
    seen = subprocess.run(
        [sys.executable, "-c", COUNT],
        env=fresh_database.environment | {"DJANGO_SETTINGS_MODULE": "zhixuan.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "1"


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(fresh_database: FreshDatabase, turn: int) -> None:
    assert AuditEntry.objects.count() == 0
    AuditEntry.objects.create(at=timezone.now(), actor_name="somebody", verb="tested", object_type="-", object_id="1")


def test_the_ledger_cannot_be_emptied(db: None) -> None:
    verb = "TRUNCATE stock_movement" if connection.vendor == "postgresql" else "DELETE FROM stock_seal"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_seal (first_event_id, last_event_id, events, sealed_at, digest) "
            "VALUES (1, 1, 1, '2026-01-01 00:00:00+00:00', 'x')"
        )
        with pytest.raises(DatabaseError, match=r"only added to|cannot truncate"):
            cursor.execute(verb)


def test_sqlite_runs_on_a_file_as_in_use(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
