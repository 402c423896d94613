"""The books of the demo county, kept by product from its acts alone: independent of the shelves that made them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from zhixuan.demo.acts import Act, Correction, Delivery, Issue, Reception, Transfer

Books = Counter[tuple[str, str]]


def products_of_lots(acts: Iterable[Act]) -> dict[int, str]:
    return {lot.key: lot.product for act in acts if isinstance(act, Delivery) for lot, _ in act.lines}


def changes(act: Act, products: dict[int, str]) -> Iterator[tuple[str, str, int]]:
    """(place, product, pieces gained or lost) of one act."""
    if isinstance(act, Delivery):
        yield from ((act.facility, lot.product, pieces) for lot, pieces in act.lines)
    elif isinstance(act, Reception):
        yield from ((act.facility, products[lot], accepted) for lot, accepted, _, _ in act.lines)
    elif isinstance(act, Correction):
        sign = 1 if act.reason == "found" else -1
        yield from ((act.facility, products[lot], sign * pieces) for lot, pieces in act.lines)
    else:
        place = act.giver if isinstance(act, Transfer) else act.facility
        yield from ((place, product, -pieces) for product, pieces in act.lines)


def kept(acts: list[Act]) -> tuple[Books, set[tuple[str, str]]]:
    """What every place holds in the end, and where more was given than there was; there the books stop at nothing."""
    products = products_of_lots(acts)
    books: Books = Counter()
    short: set[tuple[str, str]] = set()
    for act in acts:
        for place, product, pieces in changes(act, products):
            books[place, product] += pieces
            if books[place, product] < 0:
                assert isinstance(act, Issue)
                short.add((place, product))
                books[place, product] = 0
    return books, short
