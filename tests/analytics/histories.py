"""Invented monthly records: seeded, of every kind of demand, with holes where nobody reported."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from zhixuan.analytics.tables import facts
from zhixuan.rules.periods import Month

FIRST = Month(2022, 1)
AREAS = ("north", "south")


def month(number: int) -> date:
    return FIRST.plus(number).first_day


def rows_of(issued: list[float | None], facility: str = "A", product: str = "P") -> list[dict[str, object]]:
    """One series from the first month on; None is a month without a row."""
    return [
        {"facility": facility, "product": product, "month": month(number), "issued": value}
        for number, value in enumerate(issued)
        if value is not None
    ]


def table(*series: list[dict[str, object]]) -> pl.DataFrame:
    """A fact table of such series."""
    rows = pl.DataFrame([row for one in series for row in one])
    return facts(rows.with_columns(pl.col("issued").cast(pl.Float64)))


def county(facilities: int = 12, products: int = 3, months: int = 30, seed: int = 7) -> pl.DataFrame:
    """Facilities in two areas; products that are smooth, lumpy and rare; a tenth of the months is missing."""
    chance = np.random.default_rng(seed)
    parts = []
    for place in range(facilities):
        for kind in range(products):
            level = chance.gamma(2, 20)
            drawn = chance.poisson(level, months) * (chance.random(months) < (1.0, 0.6, 0.2)[kind % 3])
            values = [float(value) if chance.random() > 0.1 else None for value in drawn]
            parts += rows_of(values, f"F{place:02}", f"P{kind}")
    return facts(
        pl.DataFrame(parts)
        .with_columns(
            area=pl.col("facility").str.slice(1).cast(pl.Int64) % 2,
        )
        .with_columns(area=pl.when(pl.col("area") == 0).then(pl.lit(AREAS[0])).otherwise(pl.lit(AREAS[1])))
    )
