"""Real stock cards coming in, where a folder of them is at hand: time, memory, and the same again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.rounds import Line
from tests.processes import COMMAND, measured

SECONDS_MAX, MEGABYTES_MAX = 60, 600


def lines(name: str, environment: Mapping[str, str], folder: str) -> list[Line]:
    """`zhixuan import lmis FOLDER` into an empty database, then `zhixuan check`."""
    found = []
    for what, words in (
        ("import of the real data", ["import", "lmis", "--yes", folder]),
        ("the same import again", ["import", "lmis", "--yes", folder]),
        ("check of all of it", ["check"]),
    ):
        ran = measured([COMMAND, *words], environment)
        within = ran.code == 0 and ran.seconds <= SECONDS_MAX and ran.megabytes <= MEGABYTES_MAX
        found.append(
            Line(
                f"{name}: {what}",
                f"{ran.seconds:.0f} s, at most {ran.megabytes:.0f} MB" + ("" if ran.code == 0 else ", FAILED"),
                bar=f"{SECONDS_MAX} s, {MEGABYTES_MAX} MB" if what.startswith("import") else "",
                reached=within if what.startswith("import") else ran.code == 0,
            )
        )
    return found


def prepared(environment: Mapping[str, str]) -> None:
    """An empty database of this version."""
    subprocess.run([COMMAND, "migrate"], env=dict(environment), capture_output=True, check=True)


def folder_of_cards() -> str:
    """Named by DATA=..., as for `make demo`, or the one that lies beside the project; empty when there is none."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "civ"
    return os.environ.get("DATA", "") or (str(beside) if beside.exists() else "")
