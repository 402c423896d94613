"""The database: is it the right build, does it keep what it was given, is it whole?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from zhixuan.config.commands.migrate import pending, unknown
from zhixuan.config.doctor.finding import Finding, State, judged
from zhixuan.shared.sqlite.base import SAFE_VERSION

POSTGRES_VERSION_MIN = 150_000
SQLITE_PRAGMAS = {
    "PRAGMA journal_mode": ("wal", "journal_mode"),
    "PRAGMA synchronous": (2, "synchronous"),
    "PRAGMA foreign_keys": (1, "foreign_keys"),
}
POSTGRES_SETTINGS = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
}


def look() -> Iterator[Finding]:
    """Everything about the database that is in use."""
    yield from _sqlite() if connection.vendor == "sqlite" else _postgres()
    yield from _migrations()


def _sqlite() -> Iterator[Finding]:
    yield judged(
        "SQLite",
        pysqlite3.sqlite_version,
        good=pysqlite3.sqlite_version_info >= SAFE_VERSION,
        advice=_("Install the package pysqlite3: older builds can corrupt a database with several writers."),
    )
    for question, (wanted, name) in SQLITE_PRAGMAS.items():
        seen = _ask(question)
        advice = _("The connection must set %(name)s to %(value)s.") % {"name": name, "value": wanted}
        yield judged(f"SQLite {name}", str(seen), good=seen == wanted, advice=advice)
    whole = _ask("PRAGMA quick_check(1)")
    yield judged(
        _("Database file"), str(whole), good=whole == "ok", advice=_("Stop the system and restore the last backup.")
    )
    mode = Path(connection.settings_dict["NAME"]).stat().st_mode & 0o777
    yield judged(
        _("Database permissions"), f"{mode:03o}", good=not mode & 0o022, advice=_("Let only its owner write the file.")
    )


def _postgres() -> Iterator[Finding]:
    version = int(_ask("SHOW server_version_num"))
    yield judged(
        "PostgreSQL",
        str(_ask("SHOW server_version")),
        good=version >= POSTGRES_VERSION_MIN,
        advice=_("Use PostgreSQL 15 or newer."),
    )
    for name, allowed in POSTGRES_SETTINGS.items():
        seen = str(_ask("SELECT current_setting(%s)", name))
        advice = _("Set %(name)s to %(value)s, or a power cut can lose what was acknowledged.")
        yield judged(f"PostgreSQL {name}", seen, good=seen in allowed, advice=advice % {"name": name, "value": "on"})
    yield judged(
        _("Database time zone"),
        str(_ask("SELECT current_setting('TimeZone')")),
        good=_ask("SELECT current_setting('TimeZone')") == "UTC",
        advice=_("The connection must speak UTC: take the time zone out of DATABASE_URL."),
    )


def _migrations() -> Iterator[Finding]:
    newer, steps = unknown(), pending()
    if newer:
        advice = _("A newer version made this database: install that version.")
        yield Finding(_p("doctor", "Tables"), State.FAIL, newer[-1], advice)
        return
    yield judged(
        _p("doctor", "Tables"),
        _("%(count)s steps behind") % {"count": len(steps)} if steps else _p("doctor", "up to date"),
        good=not steps,
        advice="zhixuan migrate",
    )


def _ask(question: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, list(values) or None)
        return cursor.fetchone()[0]
