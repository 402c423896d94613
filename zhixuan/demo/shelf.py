"""The shelves of the demo county while its history is made up: lots by facility, picked by the system's own rule, so
that every act made up here can be posted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from zhixuan.demo.acts import DemoLot
from zhixuan.rules.stock.fefo import LotOnHand, Needs, pick

KEEPS_DAYS = {"county": 120, "township": 60, "village": 30}
"""How long a lot must keep for a receiver of that level (national turnover norm, upper bound, 30 days a month)."""


class Shelves:
    """Pieces by facility and lot."""

    def __init__(self) -> None:
        self.lots: dict[int, DemoLot] = {}
        self._pieces: dict[str, dict[int, int]] = defaultdict(dict)

    def new_lot(self, item: str, product: str, *, made_on: date, expires_on: date, number: str) -> DemoLot:
        lot = DemoLot(len(self.lots), item, product, number, expires_on, made_on)
        self.lots[lot.key] = lot
        return lot

    def add(self, facility: str, lot_key: int, pieces: int) -> None:
        shelf = self._pieces[facility]
        shelf[lot_key] = shelf.get(lot_key, 0) + pieces
        if not shelf[lot_key]:
            del shelf[lot_key]

    def on_hand(self, facility: str, product: str) -> int:
        return sum(pieces for _, pieces in self.holding(facility, product))

    def usable(self, facility: str, product: str, on: date, level: str = "") -> int:
        """Pieces that may go out that day, to a client or to a receiver of that level."""
        good_until = on + timedelta(days=KEEPS_DAYS[level]) if level else on
        return sum(pieces for lot, pieces in self.holding(facility, product) if lot.expires_on >= good_until)

    def holding(self, facility: str, product: str) -> list[tuple[DemoLot, int]]:
        """Lots of a product at a facility, oldest delivery first."""
        found = ((self.lots[key], pieces) for key, pieces in self._pieces[facility].items())
        return [(lot, pieces) for lot, pieces in found if lot.product == product]

    def take(self, facility: str, product: str, pieces: int, on: date, level: str = "") -> list[tuple[int, int]]:
        """Take pieces first expiry first; what is taken, by lot.

        Raises:
            ValueError: there is less than that.
        """
        good_until = on + timedelta(days=KEEPS_DAYS[level]) if level else None
        there = [
            LotOnHand(lot.key, 0, 0, lot.number, lot.expires_on, held) for lot, held in self.holding(facility, product)
        ]
        picked = pick(there, pieces, Needs(on=on, good_until=good_until))
        if picked.missing:
            raise ValueError(f"{facility} is {picked.missing} pieces of {product} short on {on}")
        taken = [(lot.lot_id, part) for lot, part in picked.lines]
        for key, part in taken:
            self.add(facility, key, -part)
        return taken
