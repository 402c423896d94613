"""Timing: floor and system in turns, the median of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `bar` and `aim` are ratios to the floor, or absolute figures when there is no floor."""

    what: str
    figure: str
    floor: str = ""
    ratio: float | None = None
    bar: str = ""
    reached: bool | None = None


def per_second(work: Mapping[str, Callable[[], int]], *, rounds: int = 5) -> dict[str, float]:
    """Things done a second by each kind of work; each call answers how many it did. Medians of interleaved rounds."""
    speeds: dict[str, list[float]] = {name: [] for name in work}
    for act in work.values():
        act()  # warm
    for _ in range(rounds):
        for name, act in work.items():
            begin = time.perf_counter()
            count = act()
            speeds[name].append(count / (time.perf_counter() - begin))
    return {name: statistics.median(found) for name, found in speeds.items()}


def show(title: str, lines: list[Line]) -> str:
    """The lines as text with aligned columns."""
    heads = ("what", "figure", "floor", "ratio", "bar", "")
    cells = [
        (
            line.what,
            line.figure,
            line.floor,
            "" if line.ratio is None else f"{line.ratio:.2f}x",
            line.bar,
            "" if line.reached is None else ("reached" if line.reached else "SHORT"),
        )
        for line in lines
    ]
    widths = [max(len(row[i]) for row in (heads, *cells)) for i in range(len(heads))]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *cells)]
    return "\n".join([title, rows[0], "-" * len(rows[0]), *rows[1:]])
