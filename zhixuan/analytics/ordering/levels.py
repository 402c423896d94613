"""Order-up-to levels: with how much at hand and on order a place is supplied until the next delivery."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from zhixuan.analytics.ordering.outlook import Outlook, outlook_of, panel_before
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.level import level_of

SERVICE: Final = 0.88
"""Share of the coming times in which the level should be enough by itself."""


def order_up_to(
    history: pl.DataFrame, asked: pl.DataFrame, month: Month, *, lead: int, review: int = 1
) -> pl.DataFrame:
    """`asked` (facility, product) with `order_up_to`, whole pieces.

    Args:
        history: fact table; nothing of `month` or later is looked at.
        lead: months from an order to its arrival, 0 or more.
        review: months between orders.

    Raises:
        Refused: no records before the month.
    """
    outlook = outlook_of(panel_before(history, month), asked, lead + review, (SERVICE,), dear=True)
    return asked.select("facility", "product").with_columns(order_up_to=pl.Series(levels_of(outlook)))


def levels_of(outlook: Outlook) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Whole pieces, rounded up."""
    return np.asarray(
        np.ceil(level_of(outlook.quantiles[:, 0], outlook.per_month, outlook.months) - 1e-9), dtype=np.int64
    )
