"""Dumping and loading PostgreSQL with its own programs, which must be on the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection, transaction

from zhixuan.config.backup.contents import Contents
from zhixuan.rules.refusal import N_, Refused

FILE = "database.pgdump"
EMPTY_FIRST = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


def is_empty() -> bool:
    """No table in the database."""
    return not connection.introspection.table_names()


def dump(folder: Path) -> Contents:
    """One consistent dump; its rows are counted in the very snapshot that is dumped.

    Raises:
        Refused: pg_dump is missing, or failed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run(["pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={folder / FILE}"])
        return _look()


def look() -> Contents:
    """What is in the database now."""
    with transaction.atomic():
        return _look()


def load(folder: Path) -> None:
    """Put the dump in the place of all that is there, in one transaction.

    Raises:
        Refused: a program is missing, or the dump could not be loaded; the database is as it was.
    """
    connection.close()
    script = folder / "database.sql"
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(folder / FILE)])
    psql = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run([*psql, f"--command={EMPTY_FIRST}", f"--file={script}"])


def _look() -> Contents:
    with connection.cursor() as cursor:

        def ask(statement: str) -> list[tuple[object, ...]]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        version = str(ask("SHOW server_version")[0][0])
        return Contents.read(ask, connection.introspection.table_names(), version)


def _run(words: list[str]) -> None:
    if shutil.which(words[0]) is None:
        raise Refused(
            N_("The program {program} is missing: install the PostgreSQL client (apt-get install postgresql-client)."),
            program=words[0],
        )
    done = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(N_("{program} failed: {said}"), program=words[0], said=done.stderr.strip()[-2000:])


def _environment() -> dict[str, str]:
    """How libpq's programs find the database; a password on a command line would be seen by others."""
    settings = connection.settings_dict
    given = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    return os.environ | {name: str(value) for name, value in given.items() if value}
