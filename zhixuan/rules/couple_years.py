"""Couple-years of protection: what a quantity issued amounts to. A measure of supply, never of people.

Factors come in versions (2000, 2011, 2022). A version may name some methods only; for the others the latest earlier
version still holds. History is recomputed with the version of its own time, unless one version is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class CypVersion:
    """A revision of the factors and the first day on which it is used."""

    version: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class CypFactor:
    """Couple-years that one piece (or one operation) of a method gives, in one version."""

    method: str
    version: str
    couple_years_per_unit: Fraction
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class CoupleYears:
    """The sum, its parts by method, and the methods that have no factor: these are missing from the sum."""

    total: Fraction
    by_method: Mapping[str, Fraction]
    without_factor: tuple[str, ...]


def version_on(versions: Iterable[CypVersion], day: date) -> str:
    """The version in use on a day; the earliest one before the first day of all.

    Raises:
        ValueError: there is no version.
    """
    known = sorted(versions, key=lambda one: one.effective_from)
    if not known:
        raise ValueError("no version of CYP factors is known")
    begun = [one for one in known if one.effective_from <= day]
    return (begun or known[:1])[-1].version


def factors_of_version(
    factors: Iterable[CypFactor], versions: Sequence[CypVersion], version: str
) -> dict[str, CypFactor]:
    """The factor of each method under a version: its own, or that of the latest earlier version.

    Raises:
        ValueError: the version is not known.
    """
    order = [one.version for one in sorted(versions, key=lambda one: one.effective_from)]
    allowed = order[: order.index(version) + 1]
    found: dict[str, CypFactor] = {}
    for factor in factors:
        if factor.version not in allowed:
            continue
        present = found.get(factor.method)
        if present is None or order.index(factor.version) > order.index(present.version):
            found[factor.method] = factor
    return found


def couple_years(pieces_by_method: Mapping[str, int], factors: Mapping[str, CypFactor]) -> CoupleYears:
    """Sum of pieces x couple-years per piece.

    Args:
        pieces_by_method: issued pieces (net of returns, so possibly below zero) by method code.
        factors: by method code, from `factors_of_version`.
    """
    known = {
        method: pieces * factors[method].couple_years_per_unit
        for method, pieces in pieces_by_method.items()
        if method in factors
    }
    missing = tuple(sorted(method for method in pieces_by_method if method not in factors))
    return CoupleYears(sum(known.values(), Fraction(0)), known, missing)
