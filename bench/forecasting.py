"""Forecasts: time and memory on real records where they are at hand; whether ten times the series cost ten times.

python -m bench.forecasting            the lines alone
python -m bench.forecasting 1000       (what is measured) forecast so many invented series in this process
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.importing import folder_of_cards
from bench.rounds import Line, show

MINUTES_MAX, MEGABYTES_MAX = 4, 2048
FEW, MANY = 1_000, 10_000
MONTHS = 45
FLAT = 1.2


def lines() -> list[Line]:
    """The real records by both profiles, then few and many invented series."""
    found = []
    history = Path(folder_of_cards()) / "logistics.csv"
    if folder_of_cards() and history.exists():
        with tempfile.TemporaryDirectory(prefix="zhixuan-bench-") as folder:
            command = [str(Path(sys.executable).with_name("zhixuan")), "forecast", "--history", str(history)]
            for profile in ("full", "fast"):
                seconds, cpu, megabytes = _measured(
                    [*command, "--out", f"{folder}/{profile}.csv", "--profile", profile]
                )
                found.append(_line(f"forecast of the real records, {profile}", seconds, cpu, megabytes))
    costs = {}
    for series in (FEW, MANY):
        seconds, cpu, megabytes = _measured([sys.executable, "-m", "bench.forecasting", str(series)])
        costs[series] = cpu / series
        found.append(_line(f"forecast of {series} invented series, full", seconds, cpu, megabytes))
    ratio = costs[MANY] / costs[FEW]
    figures = f"{costs[MANY] * 1000:.0f} ms", f"{costs[FEW] * 1000:.0f} ms"
    found.append(Line("processor time for a series, many against few", *figures, ratio, f"{FLAT}x", ratio <= FLAT))
    return found


def _line(what: str, seconds: float, cpu: float, megabytes: float) -> Line:
    within = seconds <= MINUTES_MAX * 60 and megabytes <= MEGABYTES_MAX
    is_real = "real" in what
    bar = f"{MINUTES_MAX} min, {MEGABYTES_MAX} MB" if is_real else ""
    figure = f"{seconds:.0f} s ({cpu:.0f} s of processor), {megabytes:.0f} MB"
    return Line(what, figure, bar=bar, reached=within if is_real else None)


def _measured(command: Sequence[str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor and megabytes of a process."""
    watched = (
        "import json, resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))"
    )
    begin = time.perf_counter()
    ran = subprocess.run([sys.executable, "-c", watched, *command], check=True, capture_output=True, text=True)
    cpu, megabytes = json.loads(ran.stdout.splitlines()[-1])
    return time.perf_counter() - begin, cpu, megabytes


def _invented(series: int) -> None:
    from tests.analytics.histories import county
    from zhixuan.analytics.forecasting import forecast

    assert forecast(county(series // 10, 10, MONTHS), 3).height == series * 3


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _invented(int(sys.argv[1]))
    else:
        print(show("Forecasts, measured now", lines()))
