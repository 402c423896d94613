"""Copying the SQLite file while others write to it, and putting a copy back."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pysqlite3
from django.db import connection, connections

from zhixuan.config.backup.contents import Contents
from zhixuan.rules.refusal import N_, Refused

FILE = "database.sqlite3"
SETTINGS_OF_COPY = ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=FULL")


def database_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def is_empty() -> bool:
    """No database, or one without tables."""
    if not database_file().exists():
        return True
    with closing(pysqlite3.connect(database_file())) as found:
        return found.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def dump(folder: Path) -> Contents:
    """One consistent copy as of now; writers go on meanwhile. Answers what is in the copy, counted there."""
    target = folder / FILE
    with closing(pysqlite3.connect(database_file())) as source, closing(pysqlite3.connect(target)) as copy:
        # All pages in one step: a single snapshot, which WAL keeps for the reader while others write.
        source.backup(copy)
        for statement in SETTINGS_OF_COPY:
            copy.execute(statement)
    return look(target)


def look(path: Path) -> Contents:
    """What is in a copy.

    Raises:
        Refused: the file is damaged.
    """
    with closing(pysqlite3.connect(path)) as copy:
        try:
            sound = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except pysqlite3.DatabaseError:
            sound = False
        if not sound:
            raise Refused(N_("The database in this backup is damaged."))
        names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return Contents.read(
            lambda statement: copy.execute(statement).fetchall(), [name for (name,) in names], pysqlite3.sqlite_version
        )


def load(folder: Path, aside: Path) -> None:
    """Put the copy in the database's place; what was there is moved to `aside`, never deleted."""
    connections.close_all()
    target = database_file()
    for ending in ("", "-wal", "-shm"):
        old = target.with_name(target.name + ending)
        if old.exists():
            aside.mkdir(parents=True, exist_ok=True)
            old.rename(aside / old.name)
    draft = target.with_name(f".{target.name}.restored")
    shutil.copyfile(folder / FILE, draft)
    draft.chmod(0o600)
    draft.rename(target)
