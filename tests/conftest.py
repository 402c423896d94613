"""Databases for tests.

`db` (pytest-django): the migrated test database, rolled back after the test. For most tests.
`fresh_database`: a database of the test's own, with real commits, that other processes may open. The ledger refuses
DELETE and TRUNCATE, so a database that was committed to is thrown away, never emptied: do not use `transactional_db`.
`server`: the real `zhixuan serve` on a fresh database, for browsers and HTTP clients.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests import databases, processes
from tests.databases import FreshDatabase
from tests.processes import Server

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A real file on SQLite, never memory: what is tested is what runs."""
    is_postgres = connection.vendor == "postgresql"
    connection.settings_dict["TEST"]["NAME"] = (
        f"zhixuan_test_{WORKER}" if is_postgres else str(settings.DATA / "test.sqlite3")
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The migrated database, also when only `fresh_database` is asked for (pytest-django would then leave it out)."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def fresh_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[FreshDatabase]:
    """A migrated, empty database of this test's own; this process is connected to it as Django's default."""
    with django_db_blocker.unblock(), databases.fresh(tmp_path / "data") as database:
        yield database


@pytest.fixture
def server(fresh_database: FreshDatabase) -> Iterator[Server]:
    """The system as people run it, answering at `server.url`, on the database of `fresh_database`."""
    with processes.serving(fresh_database.environment) as running:
        yield running
