"""What a series must know of its surroundings: its facility's reporting, its product's trend, the numbers of names.

Worked out once over everything and shipped, so that any part of the panel gives the same features as the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector


@dataclass(frozen=True)
class Context:
    """Matrices of facilities (or products) x months, and the order of their rows.

    `silent`: share of a facility's cards on which nothing was written; `idle`: share with nothing issued;
    `filled`: cards handed in; `volume`: a product's issues everywhere.
    """

    facilities: tuple[str, ...]
    products: tuple[str, ...]
    areas: tuple[str, ...]
    filled: Matrix
    silent: Matrix
    idle: Matrix
    volume: Matrix


def context_of(panel: Panel) -> Context:
    """Of the whole panel; column t is of month t only, so that it may be cut at any origin."""
    facility, product = panel.codes["facility"], panel.codes["product"]
    known = ~np.isnan(panel.issued)
    return Context(
        facilities=_names(panel.keys["facility"]),
        products=_names(panel.keys["product"]),
        areas=_names(panel.keys["area"]),
        filled=_sums(known, facility),
        silent=_sums(panel.silent == 1, facility),
        idle=_sums(known & (panel.issued == 0), facility),
        volume=_sums(np.where(known, panel.issued, 0), product),
    )


def places(names: tuple[str, ...], values: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The row of each value among the names; -1 for one that is not there."""
    order = {name: number for number, name in enumerate(names)}
    return np.array([order.get(value, -1) for value in values.fill_null("")], dtype=np.int64)


def share(part: Matrix, whole: Matrix, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Vector:
    """Sum of part over sum of whole for each row, over all given months; 0 where there is nothing."""
    total = whole.sum(axis=1)
    return np.where(total > 0, part.sum(axis=1) / np.maximum(total, 1), 0)[rows]


def _names(values: pl.Series) -> tuple[str, ...]:
    return tuple(sorted(values.fill_null("").unique()))


def _sums(
    values: np.ndarray[tuple[int, int], np.dtype[np.generic]], rows: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Matrix:
    found = np.zeros((int(rows.max()) + 1, values.shape[1]))
    np.add.at(found, rows, values.astype(np.float64))
    return found
