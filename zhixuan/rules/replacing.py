"""Products that took the place of others: chains without circles, and how many pieces stand for one of the older."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from zhixuan.rules.refusal import N_, Refused

Product = TypeVar("Product", int, str)


@dataclass(frozen=True, slots=True)
class Successor(Generic[Product]):
    """The product that goes on, and how many of its pieces stand for one piece of the older."""

    product: Product
    pieces: Fraction = Fraction(1)


def newest(product: Product, replaced_by: Mapping[Product, Product]) -> Product:
    """The end of the chain of replacements that a product stands in.

    Raises:
        Refused: it replaces itself in a circle.
    """
    seen = [product]
    while (following := replaced_by.get(seen[-1])) is not None:
        if following in seen:
            raise Refused(N_("Product {product} replaces itself in a circle."), product=product)
        seen.append(following)
    return seen[-1]


def ends_of(replaced_by: Mapping[Product, Successor[Product]]) -> dict[Product, Successor[Product]]:
    """For every replaced product the one at the end of its chain, with all factors multiplied.

    Raises:
        Refused: one replaces itself in a circle.
    """
    plain = {older: step.product for older, step in replaced_by.items()}
    found = {}
    for older in replaced_by:
        last, pieces, at = newest(older, plain), Fraction(1), older
        while at != last:
            pieces *= replaced_by[at].pieces
            at = replaced_by[at].product
        found[older] = Successor(last, pieces)
    return found


@dataclass(frozen=True, slots=True)
class Handover:
    """Replacements as a store lives them.

    Args:
        gone: products that are not given out any more; all there is of them counts as their successors'.
        beside: successors of which an older product is still given out beside them: each of the two counts for itself,
            and a forecast of the successor, which speaks for both, says nothing of it alone.
    """

    gone: Mapping[int, Successor[int]]
    beside: Set[int] = frozenset()

    def counts_as(self, product: int) -> Successor[int]:
        """What pieces of a product count as: themselves while it is given out."""
        return self.gone.get(product, Successor(product))


def handover(successors: Mapping[int, Successor[int]], there: Set[int]) -> Handover:
    """Of replacements that hold, in a store that still has the products `there`."""
    gone = {older: step for older, step in successors.items() if older not in there}
    return Handover(gone, {step.product for older, step in successors.items() if older in there})


def counted_in(product: int, planned: Set[int], successors: Mapping[int, Successor[int]]) -> Successor[int] | None:
    """The planned product that pieces of another count as: itself, what took its place, or the one product that it
    took the place of itself; None where none of them is planned."""
    if product in planned:
        return Successor(product)
    step = successors.get(product)
    if step is not None:
        return step if step.product in planned else None
    older = [one for one, its in successors.items() if its.product == product and one in planned]
    return Successor(older[0], 1 / successors[older[0]].pieces) if len(older) == 1 else None


def check_replacement(older: int, newer: int, replaced_by: Mapping[int, int], pieces: Fraction) -> None:
    """`newer` may take the place of `older`.

    Raises:
        Refused: itself, a second successor at once, or a circle; a factor that is none.
    """
    if older == newer:
        raise Refused(N_("A product does not replace itself. Choose another one."), field="newer", code="itself")
    if older in replaced_by:
        raise Refused(
            N_("This product has a successor already. End that replacement first."), field="newer", code="replaced"
        )
    if newest(newer, replaced_by) == older:
        raise Refused(
            N_("That one is itself replaced by this product, directly or by way of others. Choose another one."),
            field="newer",
            code="circle",
        )
    if pieces <= 0:
        raise Refused(N_("Give whole numbers of pieces, one or more."), field="newer_pieces", code="factor")
