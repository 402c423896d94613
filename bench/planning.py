"""Sharing out what is scarce, at the size of a province, and a month's levels and shares from a file of real cards."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.rounds import Line
from zhixuan.rules.planning.allocation import Places, Supply, allocate
from zhixuan.rules.planning.need import Need

PLACES, PRODUCTS, LOTS = 2000, 20, 5
ALLOCATION_SECONDS_MAX, CALL_SECONDS_MAX = 5, 20
SERIES_ASKED = 540
FLOOR_MONTHS = 0.65


def lines(cards: str = "") -> list[Line]:
    """`cards`: folder with `logistics.csv`; without one only the allocation is measured."""
    return [_allocation(), *(_calls(Path(cards) / "logistics.csv") if cards else [])]


def _allocation() -> Line:
    chance = np.random.default_rng(1)
    work = [_product(chance) for _ in range(PRODUCTS)]
    begin = time.perf_counter()
    for supply, places in work:
        allocate(supply, places, floor_months=FLOOR_MONTHS)
    seconds = time.perf_counter() - begin
    return Line(
        f"allocation of {PRODUCTS} products, {LOTS} lots each, to {PLACES} places",
        f"{seconds:.2f} s",
        bar=f"{ALLOCATION_SECONDS_MAX} s",
        reached=seconds <= ALLOCATION_SECONDS_MAX,
    )


def _product(chance: np.random.Generator) -> tuple[Supply, Places]:
    """A product of which there is enough for about four fifths of the need, in packs of ten."""
    per_month = chance.gamma(1.2, 60, PLACES)
    quantiles = per_month[:, None] * np.array([0.8, 1.8, 2.8, 3.4, 4.2])
    stock = np.round(per_month * chance.gamma(1, 0.6, PLACES))
    wanted = np.ceil(np.maximum(quantiles[:, -1] - stock, 0) / 10).astype(np.int64)
    packs = np.full(LOTS, int(0.8 * wanted.sum() / LOTS))
    usable = per_month[:, None] * np.array([2, 5, 9, 14, 20])
    return Supply(packs, 10), Places(stock, per_month, Need(quantiles), usable, np.zeros_like(wanted), wanted)


def _calls(cards: Path) -> list[Line]:
    """One `zhixuan levels` and one `zhixuan allocate`, as a month's work calls them: from file to file."""
    import polars as pl

    history = pl.read_csv(cards)
    asked = history.select("site_code", "product_code").unique(maintain_order=True).head(SERIES_ASKED)
    asked = asked.with_columns(on_hand=pl.lit(20), on_order=pl.lit(0), product_available=pl.lit(5000))
    newest = history.select(pl.col("year") * 12 + pl.col("month"))["year"].max()
    command, found = Path(sys.executable).with_name("zhixuan"), []
    with tempfile.TemporaryDirectory(prefix="zhixuan-bench-") as folder:
        request, out = Path(folder) / "request.csv", Path(folder) / "out.csv"
        asked.write_csv(request)
        month = f"{int(newest) // 12}-{int(newest) % 12 + 1:02}"  # the month after the newest
        for name in ("levels", "allocate"):
            begin = time.perf_counter()
            words = [name, "--history", cards, "--request", request, "--out", out, "--month", month, "--lead", "1"]
            ran = subprocess.run([command, *map(str, words)], capture_output=True, check=False)
            seconds = time.perf_counter() - begin
            reached = ran.returncode == 0 and seconds <= CALL_SECONDS_MAX
            what = f"zhixuan {name}, {asked.height} series, file to file"
            found.append(Line(what, f"{seconds:.1f} s", bar=f"{CALL_SECONDS_MAX} s", reached=reached))
    return found


if __name__ == "__main__":
    from bench.importing import folder_of_cards
    from bench.rounds import show

    sys.stdout.write(show("Planning, measured now", lines(folder_of_cards())) + "\n")
