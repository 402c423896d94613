"""Databases made in an instant by copying the migrated one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, connections

from zhixuan.shared.crypto import key_from_file


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database of one test, and what another process must have in its environment to open it."""

    environment: dict[str, str]
    data: Path

    @property
    def sqlite_file(self) -> Path:
        return self.data / "zhixuan.sqlite3"


@contextmanager
def fresh(data: Path) -> Iterator[FreshDatabase]:
    """Copy the migrated test database, and point this process's default connection at the copy meanwhile."""
    data.mkdir(parents=True)
    key_from_file(settings.LEDGER_KEY_FILE)
    (data / "keys").symlink_to(settings.DATA / "keys")
    template = connection.settings_dict["NAME"]
    connections.close_all()
    copy = _copy_postgres(template) if connection.vendor == "postgresql" else _copy_sqlite(template, data)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "ZHIXUAN_DATA": str(data),
    }
    if connection.vendor == "postgresql":
        environment["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{copy}").geturl()
    connection.settings_dict["NAME"] = copy
    try:
        yield FreshDatabase(environment, data)
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = template
        if connection.vendor == "postgresql":
            _execute_outside(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _copy_sqlite(template: str, data: Path) -> str:
    copy = data / "zhixuan.sqlite3"
    for ending in ("", "-wal"):
        if Path(f"{template}{ending}").exists():
            shutil.copyfile(f"{template}{ending}", f"{copy}{ending}")
    return str(copy)


def _copy_postgres(template: str) -> str:
    copy = f"zhixuan_fresh_{secrets.token_hex(6)}"
    _execute_outside(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    return copy


def _execute_outside(statement: str) -> None:
    """Run a statement of the server itself, from its maintenance database."""
    import psycopg

    parameters: dict[str, Any] = connection.get_connection_params() | {"dbname": "postgres"}
    for name in ("context", "cursor_factory"):
        parameters.pop(name, None)
    with closing(psycopg.connect(**parameters, autocommit=True)) as outside:
        outside.execute(statement)


@contextmanager
def empty(data: Path) -> Iterator[FreshDatabase]:
    """Another machine: a data folder of its own and a database without tables. For other processes only."""
    data.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["ZHIXUAN_DATA"] = str(data)
    if connection.vendor != "postgresql":
        yield FreshDatabase(environment, data)
        return
    name = f"zhixuan_empty_{secrets.token_hex(6)}"
    _execute_outside(f'CREATE DATABASE "{name}"')
    try:
        environment["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        yield FreshDatabase(environment, data)
    finally:
        _execute_outside(f'DROP DATABASE "{name}" WITH (FORCE)')


def give_own_keys(database: FreshDatabase) -> None:
    """Copies in the place of the keys shared with this process, for tests that move keys about."""
    folder = database.data / "keys"
    target = folder.resolve()
    folder.unlink()
    shutil.copytree(target, folder)
    (folder / "secret.key").unlink(missing_ok=True)
