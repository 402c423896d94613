"""Real stock cards coming in, where a folder of them is at hand: time, memory, and the same again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench.rounds import Line

SECONDS_MAX, MEGABYTES_MAX = 60, 600


def lines(name: str, environment: Mapping[str, str], folder: str) -> list[Line]:
    """`zhixuan import lmis FOLDER` into an empty database, then `zhixuan check`."""
    command = Path(sys.executable).with_name("zhixuan")
    found = []
    for what, words in (
        ("import of the real data", ["import", "lmis", "--yes", folder]),
        ("the same import again", ["import", "lmis", "--yes", folder]),
        ("check of all of it", ["check"]),
    ):
        begin = time.perf_counter()
        ran = subprocess.run([command, *words], env=dict(environment), capture_output=True, check=False)
        seconds = time.perf_counter() - begin
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        within = ran.returncode == 0 and seconds <= SECONDS_MAX and megabytes <= MEGABYTES_MAX
        found.append(
            Line(
                f"{name}: {what}",
                f"{seconds:.0f} s, at most {megabytes:.0f} MB so far" + ("" if ran.returncode == 0 else ", FAILED"),
                bar=f"{SECONDS_MAX} s, {MEGABYTES_MAX} MB" if what.startswith("import") else "",
                reached=within if what.startswith("import") else ran.returncode == 0,
            )
        )
    return found


def prepared(environment: Mapping[str, str]) -> None:
    """An empty database of this version."""
    command = Path(sys.executable).with_name("zhixuan")
    subprocess.run([command, "migrate"], env=dict(environment), capture_output=True, check=True)


def folder_of_cards() -> str:
    """Named by DATA=..., as for `make demo`, or the one that lies beside the project; empty when there is none."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "civ"
    return os.environ.get("DATA", "") or (str(beside) if beside.exists() else "")
