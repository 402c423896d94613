"""The facts of all lines of one product of one store as arrays, and what a planner's settings make of them.

This is where it is decided how long a place is to be covered, what it asks for, how much it may need and what it can
use in time: for one line or for thousands at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from zhixuan.rules.planning.allocation import FLOOR_SHARE, Counts
from zhixuan.rules.planning.need import LEVELS, Matrix, Vector
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Settings
from zhixuan.rules.planning.usual_need import need_by_forecast, need_by_use

UNBOUNDED: Final = 1e15
"""Pieces that a place can use in time of a lot where nobody knows its use."""
NOTHING_SAID: Final = -1
CLOSE: Final = 1e-9
"""Of a pack or a month: less than that is rounding."""


@dataclass(frozen=True)
class Columns:
    """n lines in one order, pieces unless said otherwise; what they mean is said at `place_facts.PlaceFacts`.

    Args:
        per_month: not a number where nobody knows.
        there: usable at hand, on the way or promised.
        norm, emergency, upcoming: months; `upcoming` until the delivery after this one.
        ahead: n x months x quantiles of the stored forecasts, rows without one all 0; None where it was not read.
        told: how many months each forecast tells of; 0 where there is none.
        least, most, fixed: -1 where nothing is said.
    """

    pack: int
    place: Counts
    area: Counts
    per_month: Vector
    there: Counts
    norm: Vector
    emergency: Vector
    upcoming: Vector
    told: Counts
    ahead: npt.NDArray[np.float64] | None
    least: Counts
    most: Counts
    fixed: Counts

    @property
    def use(self) -> Vector:
        """Average monthly use, 0 where nobody knows."""
        return np.nan_to_num(self.per_month)


def columns_of(facts: Sequence[PlaceFacts]) -> Columns:
    """Facts of one product of one store, at least one line."""

    def counts(values: list[int]) -> Counts:
        return np.array(values, dtype=np.int64)

    def said(value: int | None) -> int:
        return NOTHING_SAID if value is None else value

    return Columns(
        pack=facts[0].pack,
        place=counts([one.place for one in facts]),
        area=counts([one.area for one in facts]),
        per_month=np.array([np.nan if one.per_month is None else float(one.per_month) for one in facts]),
        there=counts([one.there for one in facts]),
        norm=np.array([float(one.norm_months) for one in facts]),
        emergency=np.array([float(one.emergency_months) for one in facts]),
        upcoming=np.array([float(one.next_months) for one in facts]),
        told=counts([len(one.ahead) for one in facts]),
        ahead=_ahead(facts),
        least=counts([said(one.least) for one in facts]),
        most=counts([said(one.most) for one in facts]),
        fixed=counts([said(one.fixed) for one in facts]),
    )


def _ahead(facts: Sequence[PlaceFacts]) -> npt.NDArray[np.float64]:
    """Month by month; where a forecast ends its last month goes on."""
    months = max((len(one.ahead) for one in facts), default=0)
    none = [(0.0,) * len(LEVELS)] * months
    rows = [
        none if not one.ahead else [one.ahead[min(at, len(one.ahead) - 1)].quantiles for at in range(months)]
        for one in facts
    ]
    return np.array(rows, dtype=np.float64).reshape(len(facts), months, len(LEVELS))


def cover(lines: Columns, settings: Settings) -> Vector:
    """Months that each place is to be covered: until its next delivery, or longer where the planner says so."""
    return np.maximum(lines.upcoming, float(settings.horizon_months or 0))


def floors(lines: Columns, settings: Settings) -> Vector:
    """Months of stock that each place is raised to first."""
    if settings.floor_months is not None:
        return np.full(len(lines.place), float(settings.floor_months))
    return np.maximum(lines.emergency, FLOOR_SHARE * cover(lines, settings))


def asked(lines: Columns, settings: Settings) -> Counts:
    """Pieces that fill each place to its norm, or to the time to be covered, up to whole packs; 0 without any use."""
    target = lines.use * np.maximum(lines.norm, cover(lines, settings))
    short = np.maximum(target - lines.there, 0) * (lines.use > 0)
    packs: Counts = np.ceil(short / lines.pack - CLOSE).astype(np.int64)
    return packs * lines.pack


def need(lines: Columns, settings: Settings) -> Matrix:
    """n x quantiles of the need of each place over the time to be covered; 0 where nobody knows.

    Raises:
        ValueError: there are forecasts, and they were not read.
    """
    months = cover(lines, settings)
    found = need_by_use(lines.use, months)
    by_forecast = lines.told > 0
    if by_forecast.any():
        if lines.ahead is None:
            raise ValueError("the forecasts of these lines were not read")
        found[by_forecast] = need_by_forecast(lines.ahead[by_forecast], months[by_forecast])
    return found


def usable(lines: Columns, lots: Sequence[LotThere]) -> Matrix:
    """n x lots: pieces that a place will have used of each lot, and of those before it, by its expiry.

    What it has goes first.
    """
    months = np.array([float(lot.months) for lot in lots])
    used = np.maximum(lines.use[:, None] * months[None, :] - lines.there[:, None], 0)
    used[lines.use <= 0] = UNBOUNDED
    in_time: Matrix = np.where(months > 0, used, 0.0)
    return in_time
