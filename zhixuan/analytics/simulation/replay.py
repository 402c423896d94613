"""A supply chain of one warehouse and n shelves, month after month; without limit, or with what there is to share.

Order of events in a month: what is old expires; what was ordered `lead` months ago arrives; the shelf is reviewed with
the records before the month; demand, of which the unmet part is lost, is served from the oldest pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector

Levels = Callable[[int], Vector]
"""Order-up-to levels of all series for a month (its column), from the records before it."""
Sharing = Callable[[int, Vector, Vector, Vector], Vector]
"""Who gets what: month, at hand, on order, available for the series' product; pieces for each series."""

SHELF_LIFE: Final = 24


@dataclass(frozen=True)
class Terms:
    """Months: `lead` from order to arrival, `review` between orders, `shelf_life` of what arrives."""

    lead: int = 1
    review: int = 1
    shelf_life: int = SHELF_LIFE


@dataclass(frozen=True)
class Course:
    """What happened; matrices of series x months in pieces. `at_risk`: too old at the end to be used in time."""

    start: Vector
    demand: Matrix
    served: Matrix
    opening: Matrix
    closing: Matrix
    received: Matrix
    expired: Matrix
    at_risk: Vector

    def after(self, months: int) -> Course:
        """Without the first months, in which everything still stands as it was found."""
        cut = slice(months, None)
        return Course(
            self.closing[:, months - 1] if months else self.start,
            self.demand[:, cut],
            self.served[:, cut],
            self.opening[:, cut],
            self.closing[:, cut],
            self.received[:, cut],
            self.expired[:, cut],
            self.at_risk,
        )


class Shelf:
    """Pieces by age in months, oldest last, and what is on its way."""

    def __init__(self, start: Vector, terms: Terms) -> None:
        self.ages = np.zeros((len(start), terms.shelf_life))
        self.ages[:, 0] = start
        self.coming = [np.zeros(len(start)) for _ in range(terms.lead)]

    def age(self) -> Vector:
        """One month older; what expired."""
        expired = self.ages[:, -1].copy()
        self.ages = np.hstack([np.zeros((len(self.ages), 1)), self.ages[:, :-1]])
        return expired

    def serve(self, demand: Vector) -> Vector:
        """Oldest first; what was served."""
        oldest_first = self.ages[:, ::-1]
        before = np.cumsum(oldest_first, axis=1) - oldest_first
        taken = np.clip(demand[:, None] - before, 0, oldest_first)
        self.ages = (oldest_first - taken)[:, ::-1]
        return np.asarray(taken.sum(axis=1))

    @property
    def at_hand(self) -> Vector:
        return np.asarray(self.ages.sum(axis=1))

    @property
    def on_order(self) -> Vector:
        return np.asarray(np.sum(self.coming, axis=0)) if self.coming else np.zeros(len(self.ages))


def replay(demand: Matrix, start: Vector, terms: Terms, send: Callable[[int, Shelf], Vector]) -> Course:
    """Play months 0, 1, ... of `demand` (series x months); `send` says what is sent to each shelf in a month."""
    shelf = Shelf(start, terms)
    found: dict[str, list[Vector]] = {name: [] for name in ("served", "opening", "closing", "received", "expired")}
    for month in range(demand.shape[1]):
        found["expired"].append(shelf.age())
        sent = send(month, shelf) if terms.lead == 0 else None
        arrived = shelf.coming.pop(0) if sent is None else sent
        shelf.ages[:, 0] += arrived
        if sent is None:
            shelf.coming.append(send(month, shelf))
        found["received"].append(arrived)
        found["opening"].append(shelf.at_hand)
        found["served"].append(shelf.serve(demand[:, month]))
        found["closing"].append(shelf.at_hand)
    columns = {name: np.column_stack(values) for name, values in found.items()}
    return Course(start=start, demand=demand, at_risk=_at_risk(shelf, demand), **columns)


def ordering(levels: Levels, terms: Terms, *, minimum: float = 1.0) -> Callable[[int, Shelf], Vector]:
    """The warehouse sends all that is ordered; a shelf orders up to its level in every review.

    `minimum`: only when what is at hand and on order has come down to this share of the level.
    """

    def send(month: int, shelf: Shelf) -> Vector:
        if month % terms.review:
            return np.zeros(len(shelf.ages))
        level = np.ceil(levels(month) - 1e-9)
        there = shelf.at_hand + shelf.on_order
        return np.where(there <= minimum * level, np.maximum(level - there, 0), 0)

    return send


class Warehouse:
    """One pool for each product, into which `supply` comes (products x months); what is not sent stays."""

    def __init__(self, product: np.ndarray[tuple[int], np.dtype[np.int64]], supply: Matrix, sharing: Sharing) -> None:
        self.product, self.supply, self.sharing = product, supply, sharing
        self.pool = np.zeros(len(supply))

    def send(self, month: int, shelf: Shelf) -> Vector:
        self.pool = self.pool + self.supply[:, month]
        sent = self.sharing(month, shelf.at_hand, shelf.on_order, np.floor(self.pool)[self.product])
        self.pool = self.pool - np.bincount(self.product, weights=sent, minlength=len(self.pool))
        if (self.pool < -1e-6).any() or (sent < 0).any():
            raise ValueError("more was sent than there was")
        return sent


def by_product(values: Matrix, product: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Matrix:
    """Sums of the series of each product: products x months."""
    found = np.zeros((int(product.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(found, product, values)
    return found


def hindsight(demand: Matrix, stock: Vector, supply: Matrix, lead: int) -> Vector:
    """The most that somebody who knows all demand could serve: one pool per product, served as early as possible.

    Pieces by month. Only all months together are a bound: who kept something back in the first months can serve more
    in the later ones.

    Args:
        demand, supply: products x months.
        stock: what stands on the shelves first, by product; in hindsight it stood where it was wanted.
    """
    served = np.zeros(demand.shape[1])
    pool = stock.astype(np.float64)
    for month in range(demand.shape[1]):
        pool = pool + (supply[:, month - lead] if month >= lead else 0.0)
        taken = np.minimum(pool, demand[:, month])
        pool = pool - taken
        served[month] = taken.sum()
    return served


def _at_risk(shelf: Shelf, demand: Matrix) -> Vector:
    """Pieces that will be too old before mean demand has come to them, oldest served first."""
    pace = demand.mean(axis=1, keepdims=True)
    life = np.arange(1, shelf.ages.shape[1] + 1)[None, :]  # months left, oldest first
    oldest_first = shelf.ages[:, ::-1]
    usable = np.zeros(len(pace))
    for column in range(oldest_first.shape[1]):
        usable = np.maximum(usable, np.minimum(usable + oldest_first[:, column], pace[:, 0] * life[0, column]))
    return np.asarray(shelf.at_hand - usable)
