"""The proof of an import: what the ledger's movements add up to at each month's end, against the files."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhixuan.modules.exchange.operations._network import Network
from zhixuan.modules.exchange.operations._reading import GivenRow
from zhixuan.modules.stock.queries.cards import day_ends
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.ledger import PlaceKind

LISTED_MAX = 20


@dataclass(slots=True)
class Proof:
    """How many month ends there are, how many are equal, and how many days end below zero in a store."""

    month_ends: int = 0
    equal: int = 0
    negative_days: int = 0
    wrong: list[dict[str, str | int]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.equal == self.month_ends and not self.negative_days

    def kept(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "month_ends": self.month_ends,
            "equal": self.equal,
            "negative_days": self.negative_days,
            "wrong": self.wrong,
        }


@dataclass(slots=True)
class _Ends:
    days: list[date] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)

    def at(self, day: date) -> int:
        index = bisect_right(self.days, day)
        return self.pieces[index - 1] if index else 0


def prove(rows: Iterable[GivenRow], network: Network) -> Proof:
    """Compare every month end that the files state with the sum of the movements up to that day.

    The sums are the database's own, over movements alone; nothing of what posted them is used. Store and suspense
    count together, as a card below zero leaves its rest in suspense. Of a month stated twice the last line counts.
    """
    proof = Proof()
    ends: dict[tuple[int, int], dict[str, _Ends]] = defaultdict(lambda: defaultdict(_Ends))
    for facility_id, product_id, kind, day, pieces in day_ends(network.facilities.values()):
        own = ends[facility_id, product_id][kind]
        own.days.append(day)
        own.pieces.append(pieces)
        proof.negative_days += kind == PlaceKind.STORE and pieces < 0
    for (site, product, month), closing in _stated(rows).items():
        own_places = ends[network.facilities[site], network.products[product]]
        found = sum(own_places[kind].at(month.last_day) for kind in (PlaceKind.STORE, PlaceKind.SUSPENSE))
        proof.month_ends += 1
        proof.equal += found == closing
        if found != closing and len(proof.wrong) < LISTED_MAX:
            proof.wrong.append(
                {"site": site, "product": product, "month": str(month), "stated": closing, "ledger": found}
            )
    return proof


def _stated(rows: Iterable[GivenRow]) -> dict[tuple[str, str, Month], int]:
    stated = {}
    for row in sorted(rows, key=lambda one: one.card.line_number):
        stated[row.card.site, row.card.product, row.card.month] = row.card.closing
    return stated
