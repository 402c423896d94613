"""Invented stock cards, seeded: what comes in, what is wanted, what could be issued."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.analytics.histories import FIRST
from zhixuan.analytics.reading import read_history
from zhixuan.analytics.tables import facts

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "civ"

TITLES = {
    "site_code": "facility",
    "product_code": "product",
    "stock_initial": "opening",
    "stock_received": "received",
    "stock_distributed": "issued",
    "stock_adjustment": "adjusted",
    "stock_end": "closing",
    "stock_ordered": "ordered",
    "stock_stockout_days": "stockout_days",
}


def cards(facilities: int = 10, products: int = 3, months: int = 36, seed: int = 11) -> pl.DataFrame:
    """Fact table; shelves run empty now and then, a twentieth of the cards is missing."""
    chance = np.random.default_rng(seed)
    rows = []
    for place in range(facilities):
        for kind in range(products):
            level, shelf = chance.gamma(2, 15) + 2, 40.0
            for number in range(months):
                received = float(chance.poisson(3 * level)) if number % 3 == 0 else 0.0
                wanted = float(chance.poisson(level * chance.gamma(2, 0.5)))
                issued = min(wanted, shelf + received)
                rows.append(_card(place, kind, number, (shelf, received, issued)))
                shelf += received - issued
    kept = [row for row in rows if chance.random() > 0.05]
    return facts(pl.DataFrame(kept))


def real() -> pl.DataFrame:
    """Fact table of real stock cards, where a folder of them lies beside the project or is named in DATA."""
    path = Path(os.environ.get("DATA", "") or BESIDE) / "logistics.csv"
    if not path.exists():
        pytest.skip("skipped: no data")
    return read_history(path)


def _card(place: int, kind: int, number: int, flow: tuple[float, float, float]) -> dict[str, object]:
    opening, received, issued = flow
    return {
        "facility": f"F{place:02}",
        "product": f"P{kind}",
        "month": FIRST.plus(number).first_day,
        "opening": opening,
        "received": received,
        "issued": issued,
        "adjusted": 0.0,
        "closing": opening + received - issued,
        "ordered": received,
        "stockout_days": 0.0,
    }


def write(table: pl.DataFrame, path: Path) -> Path:
    """Under the titles that the commands read."""
    dated = table.with_columns(year=pl.col("month").dt.year(), number=pl.col("month").dt.month())
    dated.select("year", pl.col("number").alias("month"), **TITLES).write_csv(path)
    return path
