"""Who gets what of products that may not be enough for all: product after product, by `rules.planning.allocation`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from zhixuan.analytics.ordering.outlook import Outlook, outlook_of, panel_before
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.allocation import EVENNESS, FLOOR_SHARE, Counts, Places, Supply, allocate, worth_of
from zhixuan.rules.planning.need import LEVELS, Need, Vector

UNBOUNDED: Final = 1e15
COUNTED_MAX: Final = 1_000_000
"""Pieces of a product that are looked at one by one; of more, so many bundles."""


def shares(
    history: pl.DataFrame, asked: pl.DataFrame, month: Month, *, lead: int, floor_share: float = FLOOR_SHARE
) -> pl.DataFrame:
    """`asked` (facility, product) with `allocate`, whole pieces; together no more of a product than there is.

    Args:
        history: fact table; nothing of `month` or later is looked at.
        asked: facility, product, on_hand, on_order, product_available.
        lead: months from the warehouse to the shelf, 0 or more.

    Raises:
        Refused: no records before the month.
    """
    outlook = outlook_of(panel_before(history, month), asked, lead + 1, LEVELS, dear=False)
    given = shares_of(
        outlook,
        (asked["on_hand"] + asked["on_order"]).to_numpy(),
        asked["product"].to_numpy(),
        asked["product_available"].to_numpy(),
        floor_months=floor_share * outlook.months,
    )
    return asked.select("facility", "product").with_columns(allocate=pl.Series(given))


def shares_of(
    outlook: Outlook,
    stock: Vector,
    product: npt.NDArray[Any],
    available: Vector,
    *,
    floor_months: float,
    evenness: float = EVENNESS,
) -> Counts:
    """Whole pieces for each row; `available` is that of the row's product."""
    given = np.zeros(len(stock), dtype=np.int64)
    for code in sorted(set(product.tolist())):
        rows = np.flatnonzero(product == code)
        need = Need(outlook.quantiles[rows], LEVELS)
        most = np.maximum(need.quantiles[:, -1] - stock[rows], 0)
        size = max(1, int(most.sum() / COUNTED_MAX))
        places = Places(
            stock=stock[rows],
            per_month=outlook.average[rows],
            need=need,
            usable=np.full((len(rows), 1), UNBOUNDED),
            least=np.zeros(len(rows), dtype=np.int64),
            most=np.ceil(most / size - 1e-9).astype(np.int64),
            worth=worth_of(outlook.average[rows], evenness),
        )
        supply = Supply(np.array([int(available[rows].min()) // size]), pieces_per_pack=size)
        given[rows] = size * allocate(supply, places, floor_months=floor_months).by_place
    return given
