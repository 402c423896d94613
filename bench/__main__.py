"""`python -m bench`: one table for SQLite and PostgreSQL; `--only sqlite|postgresql`, `--json` for one database.

Real stock cards are imported too where there are any: DATA=folder, or ../shared/data/civ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

DATABASES = ("sqlite", "postgresql")
MEASURES = ("orders", "posting", "counting", "machines", "pages", "documents", "checking", "tryton", "planning")
"""Files of this folder, each with `lines()`; in this order."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--json", action="store_true", help="measure in this process, on the database it is given")
    given = parser.parse_args()
    if given.json:
        return _measure()
    from bench.machine import facts
    from bench.rounds import Line, show

    _set_up_django()
    heads = facts()
    found = [Line(**line) for name in ([given.only] if given.only else DATABASES) for line in _measured(name)]
    print("\n".join(["", *heads, "", show("Zhixuan, measured now", found)]))
    return 0


def _measured(name: str) -> list[dict[str, object]]:
    """In a process of its own, on a database of its own that is thrown away."""
    from bench import forecasting, importing
    from tests import postgres

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="zhixuan-bench-"))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHIXUAN_")}
        environment |= {"ZHIXUAN_DATA": folder, "DJANGO_SETTINGS_MODULE": "zhixuan.config.settings"}
        environment.pop("DATABASE_URL", None)
        if name == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgres.running())
        print(f"measuring on {name} ...", file=sys.stderr, flush=True)
        output = subprocess.run(
            [sys.executable, "-m", "bench", "--json"],
            env=environment,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        found = list(json.loads(output.splitlines()[-1]))
        if importing.folder_of_cards() and name == "sqlite":
            data = Path(folder) / "import"
            alone = environment | {"ZHIXUAN_DATA": str(data)}
            importing.prepared(alone)
            found += [asdict(line) for line in importing.lines("SQLite", alone, importing.folder_of_cards())]
        if name == "sqlite":
            found += [asdict(line) for line in forecasting.lines()]
        return found


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhixuan.config.settings")
    os.environ.setdefault("ZHIXUAN_DATA", tempfile.mkdtemp(prefix="zhixuan-bench-"))
    import django

    django.setup()


def _measure() -> int:
    _set_up_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    found = [line for name in MEASURES for line in import_module(f"bench.{name}").lines()]
    print(json.dumps([asdict(line) for line in found]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
