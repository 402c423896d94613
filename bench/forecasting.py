"""Forecasts: time and memory on real records where they are at hand; whether ten times the series cost ten times.

python -m bench.forecasting            the lines alone
python -m bench.forecasting 1000       (what is measured) forecast so many invented series in this process
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.importing import folder_of_cards
from bench.rounds import Line, show
from tests.processes import COMMAND, Measured, measured

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
            command = [COMMAND, "forecast", "--history", history]
            for profile in ("full", "fast"):
                used = measured([*command, "--out", f"{folder}/{profile}.csv", "--profile", profile])
                found.append(_line(f"forecast of the real records, {profile}", used))
    costs = {}
    for series in (FEW, MANY):
        used = measured([sys.executable, "-m", "bench.forecasting", str(series)])
        costs[series] = used.cpu_seconds / series
        found.append(_line(f"forecast of {series} invented series, full", used))
    ratio = costs[MANY] / costs[FEW]
    figures = f"{costs[MANY] * 1000:.0f} ms", f"{costs[FEW] * 1000:.0f} ms"
    found.append(Line("processor time for a series, many against few", *figures, ratio, f"{FLAT}x", ratio <= FLAT))
    return found


def _line(what: str, used: Measured) -> Line:
    if used.code != 0:
        raise RuntimeError(used.error)
    within = used.seconds <= MINUTES_MAX * 60 and used.megabytes <= MEGABYTES_MAX
    is_real = "real" in what
    bar = f"{MINUTES_MAX} min, {MEGABYTES_MAX} MB" if is_real else ""
    figure = f"{used.seconds:.0f} s ({used.cpu_seconds:.0f} s of processor), {used.megabytes:.0f} MB"
    return Line(what, figure, bar=bar, reached=within if is_real else None)


def _invented(series: int) -> None:
    from tests.analytics.histories import county
    from zhixuan.analytics.forecasting import forecast

    assert forecast(county(series // 10, 10, MONTHS), 3).height == series * 3


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _invented(int(sys.argv[1]))
    else:
        print(show("Forecasts, measured now", lines()))
