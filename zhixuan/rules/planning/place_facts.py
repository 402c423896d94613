"""What an allocation is worked out from: facts of places and lots on a day, and the settings of the planner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from zhixuan.rules.planning.usual_need import MonthAhead
from zhixuan.rules.stock.order_levels import OrderLevel

Series = tuple[int, int]
"""(giver, product)"""


class Source(StrEnum):
    """Where the need of a line comes from."""

    FORECAST = "forecast"
    USE = "use"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LotThere:
    """A lot in the giver's store that can go out.

    Args:
        months: from the day of drawing until it expires.
    """

    lot_id: int
    giver: int
    product: int
    pieces: int
    months: Fraction


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of one product at one place; pieces unless said otherwise.

    Args:
        area: number of the area whose floor counts it.
        per_month: mean monthly need; None where nobody knows.
        ahead: the stored forecast, month by month; empty where there is none.
        stock: usable at hand.
        coming: on the way or promised already.
        norm_months: stock it should hold at most, or that fills it to its level.
        emergency_months: its emergency order point.
        next_months: until the delivery after this one arrives there.
        level: by a forecast at the service level that was chosen; None where its norm holds.
        least, most: as the planner bounds it, None where not; fixed: as the planner decided.
    """

    giver: int
    place: int
    product: int
    area: int
    pack: int
    per_month: Fraction | None
    stock: int
    coming: int
    norm_months: Fraction
    emergency_months: Fraction
    next_months: Fraction
    ahead: tuple[MonthAhead, ...] = ()
    level: OrderLevel | None = None
    least: int | None = None
    most: int | None = None
    fixed: int | None = None

    @property
    def source(self) -> Source:
        if self.per_month is None:
            return Source.UNKNOWN
        return Source.FORECAST if self.ahead else Source.USE

    @property
    def there(self) -> int:
        return self.stock + self.coming

    def bounded(self, least: int | None, most: int | None) -> PlaceFacts:
        """The same with the planner's bounds."""
        return replace(self, least=least, most=most)

    def decided(self, pieces: int | None) -> PlaceFacts:
        """The same with a quantity that the planner decided; None leaves it to be worked out."""
        return replace(self, fixed=pieces)

    def months_with(self, pieces: int) -> Fraction | None:
        """Months of stock with so many pieces more; None without any use."""
        return (self.there + pieces) / self.per_month if self.per_month else None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a planner moves.

    Args:
        horizon_months: cover at least so long; None: until the next delivery after this one.
        floor_months: raise every place to so many months first; None: to its own emergency point, or to 0.6 of the
            time to be covered where that is more.
        area_floor_months: then every area as a whole to so many; 0 for no such floor.
        supply_percent: share of every lot that may be given out.
        assumed: pieces by product to be supposed instead of the lots, never expiring: for what-if only.
    """

    horizon_months: Fraction | None = None
    floor_months: Fraction | None = None
    area_floor_months: Fraction = Fraction(0)
    supply_percent: int = 100
    assumed: Mapping[int, int] = field(default_factory=dict)


def by_series(facts: Sequence[PlaceFacts]) -> dict[Series, list[int]]:
    """Which rows are of the same store and product."""
    rows: dict[Series, list[int]] = defaultdict(list)
    for row, one in enumerate(facts):
        rows[one.giver, one.product].append(row)
    return rows
