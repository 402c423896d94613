"""`python -m bench`: one table for SQLite and PostgreSQL; `--only sqlite|postgresql`, `--measure NAME` of this folder.

Each measure runs in a process of its own, on a database of its own that is thrown away. Real stock cards are imported
too where there are any: DATA=folder, or ../shared/data/civ.
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
MEASURES = (
    "orders",
    "posting",
    "counting",
    "machines",
    "pages",
    "documents",
    "checking",
    "tryton",
    "demand_plans",
    "allocations",
    "planning",
)
"""Files of this folder, each with `lines()`."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=DATABASES)
    parser.add_argument("--measure", choices=MEASURES, action="append", help="only this; may be given again")
    parser.add_argument("--json", action="store_true", help="measure in this process, on the database it is given")
    given = parser.parse_args()
    measures = given.measure or list(MEASURES)
    if given.json:
        return _measure(measures[0])
    from bench.machine import facts
    from bench.rounds import Line, show

    _set_up_django()
    heads = facts()
    databases = [given.only] if given.only else DATABASES
    found = [Line(**line) for name in databases for line in _measured(name, measures, whole=not given.measure)]
    print("\n".join(["", *heads, "", show("Zhixuan, measured now", found)]))
    return 0


def _measured(database: str, measures: list[str], *, whole: bool) -> list[dict[str, object]]:
    """What these measures say on a database; with the imports and forecasts when all are asked for."""
    from tests import postgres

    found: list[dict[str, object]] = []
    for name in measures:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="zhixuan-bench-"))
            environment = {key: value for key, value in os.environ.items() if not key.startswith("ZHIXUAN_")}
            environment |= {"ZHIXUAN_DATA": folder, "DJANGO_SETTINGS_MODULE": "zhixuan.config.settings"}
            environment.pop("DATABASE_URL", None)
            if database == "postgresql":
                environment["DATABASE_URL"] = stack.enter_context(postgres.running())
            print(f"measuring {name} on {database} ...", file=sys.stderr, flush=True)
            output = subprocess.run(
                [sys.executable, "-m", "bench", "--json", "--measure", name],
                env=environment,
                cwd=Path(__file__).parents[1],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout
            found += json.loads(output.splitlines()[-1])
            if whole and database == "sqlite" and name == measures[-1]:
                found += _imports_and_forecasts(environment | {"ZHIXUAN_DATA": f"{folder}/import"})
    return found


def _imports_and_forecasts(environment: dict[str, str]) -> list[dict[str, object]]:
    from bench import bounds, forecasting, importing

    found = [asdict(line) for line in forecasting.lines()]
    if importing.folder_of_cards():
        found += [asdict(line) for line in bounds.lines()]
        importing.prepared(environment)
        found += [asdict(line) for line in importing.lines("SQLite", environment, importing.folder_of_cards())]
    return found


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhixuan.config.settings")
    os.environ.setdefault("ZHIXUAN_DATA", tempfile.mkdtemp(prefix="zhixuan-bench-"))
    import django

    django.setup()


def _measure(name: str) -> int:
    _set_up_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps([asdict(line) for line in import_module(f"bench.{name}").lines()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
