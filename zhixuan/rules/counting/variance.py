"""Counted against expected: variances, what is above the tolerance, rates of a whole count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.counting.moments import Book


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Up to here a variance is posted without reason and approval: the larger of pieces and a share of the books."""

    pieces: int = 0
    share: Fraction = Fraction(0)

    def allows(self, variance: int, expected: int) -> bool:
        return abs(variance) <= max(Fraction(self.pieces), self.share * expected)


@dataclass(frozen=True, slots=True)
class Variance:
    """One counted lot, in pieces: `difference` is counted less expected."""

    counted: int
    book: Book
    above: bool

    @property
    def difference(self) -> int:
        return self.counted - self.book.expected

    @property
    def after(self) -> int:
        """The balance that posting the difference would leave: what was counted and what was carried since."""
        return self.book.now + self.difference

    @property
    def must_be_recounted(self) -> bool:
        """More has been given out since than was counted: one of the two figures is wrong."""
        return self.after < 0


def variance(counted: int, book: Book, tolerance: Tolerance) -> Variance:
    """A counted lot against the books at that moment."""
    return Variance(counted, book, not tolerance.allows(counted - book.expected, book.expected))


@dataclass(frozen=True, slots=True)
class Rates:
    """How true the books were. None where there is nothing to divide by.

    Args:
        difference: sum of |counted - book| / sum of book.
        accuracy: lots without any difference / lots counted.
    """

    difference: Fraction | None
    accuracy: Fraction | None


def rates(counted_and_expected: Iterable[tuple[int, int]]) -> Rates:
    """Rates of a count from (counted, expected) of its lots."""
    differences = book = exact = lots = 0
    for counted, expected in counted_and_expected:
        differences += abs(counted - expected)
        book += expected
        exact += counted == expected
        lots += 1
    return Rates(Fraction(differences, book) if book else None, Fraction(exact, lots) if lots else None)
