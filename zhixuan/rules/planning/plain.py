"""A forecast without a model: the middle and the spread of the newest recorded year. Hard to beat, needs no package.

A series with fewer than four months leans on its likes: the same product elsewhere, else all products. The levels are
those of `analytics/forecasting/simple.py`, which a test compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

LEVELS: Final = (0.1, 0.5, 0.8, 0.9, 0.95)
YEAR: Final = 12
ENOUGH: Final = 4
Series = tuple[str, str]
"""(facility, product)"""


@dataclass(frozen=True, slots=True)
class Plain:
    """Pieces a month, the same for each month ahead: a quantile for each of LEVELS, and the mean."""

    levels: tuple[float, ...]
    mean: float
    borrowed: bool


def plain_forecasts(issued: Mapping[Series, Sequence[float | None]]) -> dict[Series, Plain]:
    """For every series; None is a month without a report. Never below zero, never not-a-number."""
    own = {series: _figures(values) for series, values in issued.items()}
    months = {series: sum(value is not None for value in values) for series, values in issued.items()}
    by_product: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for series, figures in own.items():
        if figures is not None and months[series] >= ENOUGH:
            by_product[series[1]].append(figures)
    likes = {product: _middle(found) for product, found in by_product.items()}
    anything = _middle([figures for found in by_product.values() for figures in found]) or _of_short_ones(own)
    return {
        series: _leaning(figures, likes.get(series[1]) or anything, min(months[series], ENOUGH) / ENOUGH)
        for series, figures in own.items()
    }


def _figures(values: Sequence[float | None]) -> tuple[float, ...] | None:
    """The levels and the mean of the newest recorded year; None where nothing was ever recorded."""
    newest = sorted([max(0.0, float(value)) for value in values if value is not None][-YEAR:])
    return (*(_quantile(newest, level) for level in LEVELS), fmean(newest)) if newest else None


def _quantile(ordered: Sequence[float], level: float) -> float:
    """Linear between the neighbours, as is usual."""
    place = level * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _middle(found: Sequence[tuple[float, ...]]) -> tuple[float, ...] | None:
    return tuple(median(column) for column in zip(*found, strict=True)) if found else None


def _of_short_ones(own: Mapping[Series, tuple[float, ...] | None]) -> tuple[float, ...]:
    """Where nobody has months enough: the middle of what there is, else nothing."""
    return _middle([figures for figures in own.values() if figures is not None]) or (0.0,) * (len(LEVELS) + 1)


def _leaning(own: tuple[float, ...] | None, likes: tuple[float, ...], trust: float) -> Plain:
    figures = own or (0.0,) * len(likes)
    mixed = tuple(trust * mine + (1 - trust) * theirs for mine, theirs in zip(figures, likes, strict=True))
    return Plain(mixed[:-1], mixed[-1], borrowed=trust < 1)
