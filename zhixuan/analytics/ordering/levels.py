"""Order-up-to levels: with how much at hand and on order a place is supplied until the next delivery."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from zhixuan.analytics.forecasting.series import Matrix, Vector
from zhixuan.analytics.ordering.outlook import Outlook, outlook_of, panel_before
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.level import level_of
from zhixuan.rules.planning.service import LEAST_SERVICE, MOST_SERVICE, USUAL_SERVICE, check_service

SERVICE: Final = USUAL_SERVICE
"""Share of the coming times in which the level should be enough by itself."""
KNOTS: Final = (LEAST_SERVICE, SERVICE, MOST_SERVICE)
"""What is learned; levels between are read off between two of them, so that many cost no more than three."""

Pieces = npt.NDArray[np.int64]


def order_up_to(
    history: pl.DataFrame, asked: pl.DataFrame, month: Month, *, lead: int, review: int = 1, service: float = SERVICE
) -> pl.DataFrame:
    """`asked` (facility, product) with `order_up_to`, whole pieces.

    Args:
        history: fact table; nothing of `month` or later is looked at.
        lead: months from an order to its arrival, 0 or more.
        review: months between orders.
        service: share of the coming times in which the level should be enough, 0.70 to 0.97.

    Raises:
        Refused: no records before the month; a service level outside what is learned.
    """
    found = levels_at(history, asked, month, months=lead + review, services=(service,))
    return asked.select("facility", "product").with_columns(order_up_to=pl.Series(found[:, 0]))


def levels_at(
    history: pl.DataFrame, asked: pl.DataFrame, month: Month, *, months: int, services: Sequence[float]
) -> Pieces:
    """Levels of every series asked for at several service levels: rows as in `asked`, whole pieces, rounded up.

    Args:
        months: lead time and the time between two orders together.

    Raises:
        Refused: no records before the month; a service level outside what is learned.
    """
    for service in services:
        check_service(service)
    knots = knots_for(services)
    outlook = outlook_of(panel_before(history, month), asked, months, knots, dear=True, anchor=SERVICE)
    return np.column_stack([levels_of(outlook, _between(outlook.quantiles, knots, service)) for service in services])


def levels_of(outlook: Outlook, quantile: Vector) -> Pieces:
    """Whole pieces, rounded up."""
    return np.asarray(np.ceil(level_of(quantile, outlook.per_month, outlook.months) - 1e-9), dtype=np.int64)


def knots_for(services: Sequence[float]) -> tuple[float, ...]:
    """What has to be learned for these levels: one quantile for the usual one alone, three for any others."""
    return (SERVICE,) if set(services) <= {SERVICE} else KNOTS


def _between(quantiles: Matrix, knots: Sequence[float], service: float) -> Vector:
    """Straight between two knots in standard deviations of a normal: far out a step costs more."""
    place = [NormalDist().inv_cdf(knot) for knot in knots]
    at = NormalDist().inv_cdf(service)
    right = min(int(np.searchsorted(place, at - 1e-12)), len(place) - 1)
    if right == 0 or place[right] == at:
        return np.asarray(quantiles[:, right])
    share = (at - place[right - 1]) / (place[right] - place[right - 1])
    return np.asarray(quantiles[:, right - 1] * (1 - share) + quantiles[:, right] * share)
