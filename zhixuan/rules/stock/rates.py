"""Rates over many places or months: stock-outs, losses. None where there is nothing to divide by.

Rates are shares from 0 to 1 as exact fractions. Never average them over products: a rate is per method or product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.stock.levels import StockStatus


@dataclass(frozen=True, slots=True)
class ProductAtOutlet:
    """Usable stock of one product at one outlet on the day of assessment."""

    outlet: str
    method: str
    usable_pieces: int
    offers_method: bool = True


def stockout_rate(stock: Iterable[ProductAtOutlet], *, method: str) -> Fraction | None:
    """Outlets out of a method / outlets that are to offer it. Any brand of the method counts as stock.

    Source: FP2020 core indicator 10; rationing hides stock-outs from it.
    """
    pieces: dict[str, int] = {}
    for one in stock:
        if one.method == method and one.offers_method:
            pieces[one.outlet] = pieces.get(one.outlet, 0) + max(one.usable_pieces, 0)
    return share(sum(1 for total in pieces.values() if total == 0), len(pieces))


def stocked_according_to_plan(statuses: Iterable[StockStatus]) -> Fraction | None:
    """Observations between minimum and maximum / all observations, for one product."""
    seen = list(statuses)
    return share(seen.count(StockStatus.ADEQUATE), len(seen))


def loss_rate(*, lost_pieces: int, opening_pieces: int, received_pieces: int) -> Fraction | None:
    """(expired + broken + spoilt + missing) / (opening + received). The yearly bound in use is 5 per mille."""
    return share(lost_pieces, opening_pieces + received_pieces)


def share(part: int, whole: int) -> Fraction | None:
    """part / whole, or None when there is no whole."""
    return Fraction(part, whole) if whole > 0 else None
