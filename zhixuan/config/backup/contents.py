"""What is in a database: its tables' rows, its steps, the head of its ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Contents:
    """See `Manifest` for the meaning of each."""

    server_version: str
    migrations: list[str]
    rows: dict[str, int]
    ledger_head: dict[str, str | int | None]

    @classmethod
    def read(cls, ask: Ask, tables: Iterable[str], server_version: str) -> Contents:
        """Count and read; `ask` answers a question with rows."""
        names = sorted(tables)
        # Table names come from the database itself; there is no other way to name a table in SQL.
        rows = {name: int(ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in names}  # noqa: S608
        steps = ask("SELECT app, name FROM django_migrations") if "django_migrations" in rows else []
        migrations = sorted(f"{app}.{name}" for app, name in steps)
        return cls(server_version, migrations, rows, _head(ask, names))


def _head(ask: Ask, names: list[str]) -> dict[str, str | int | None]:
    if "stock_seal" not in names:
        return {"last_event": None, "sealed_to": None, "seal": None}
    last = ask("SELECT max(id) FROM stock_event")[0][0]
    seals = ask("SELECT last_event_id, digest FROM stock_seal ORDER BY last_event_id DESC LIMIT 1")
    sealed_to, digest = seals[0] if seals else (None, None)
    return {"last_event": last, "sealed_to": sealed_to, "seal": digest}
