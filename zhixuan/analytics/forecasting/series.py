"""The fact table as matrices: a row per series (facility and product), a column per month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from zhixuan.analytics.tables import QUANTITIES
from zhixuan.rules.periods import Month

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]

CARD = ("issued", "opening", "received", "adjusted", "closing", "ordered", "stockout_days")


@dataclass(frozen=True)
class Panel:
    """Matrices of series x months; NaN where nothing was recorded. Rows are in the order of facility and product.

    `first` is the month of column 0; the last column is the origin, the newest month that anybody reported.
    """

    keys: pl.DataFrame
    first: Month
    cards: dict[str, Matrix]
    reported: Matrix

    @property
    def issued(self) -> Matrix:
        return self.cards["issued"]

    @property
    def months(self) -> int:
        return int(self.reported.shape[1])

    @property
    def series(self) -> int:
        return int(self.reported.shape[0])

    def month(self, column: int) -> Month:
        return self.first.plus(column)

    @cached_property
    def silent(self) -> Matrix:
        """1 where a card holds no quantity but zeros, 0 where it holds one, NaN where there is none.

        Narrower than `reported`: an order without any quantity beside it foretells as little use as no report.
        """
        written = sum((np.nan_to_num(self.cards[name]) != 0).astype(float) for name in QUANTITIES)
        return np.where(np.isnan(self.issued), np.nan, (written == 0).astype(float))

    def until(self, months: int) -> Panel:
        """The same series with the first `months` columns only: what was known then."""
        return replace(
            self,
            cards={name: card[:, :months] for name, card in self.cards.items()},
            reported=self.reported[:, :months],
        )

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Panel:
        """Some of the series, with all months."""
        return Panel(
            self.keys.filter(pl.Series(chosen)),
            self.first,
            {name: card[chosen] for name, card in self.cards.items()},
            self.reported[chosen],
        )

    def known_by(self, months: int) -> npt.NDArray[np.bool_]:
        """Which series had any record in the first `months` columns."""
        return np.asarray(~np.isnan(self.issued[:, :months]).all(axis=1))

    @cached_property
    def codes(self) -> dict[str, npt.NDArray[np.int64]]:
        """Facility, product and area of each row as numbers from 0."""
        found = {}
        for name in ("facility", "product", "area"):
            values = self.keys[name].fill_null("")
            order = {value: number for number, value in enumerate(sorted(values.unique()))}
            found[name] = np.array([order[value] for value in values], dtype=np.int64)
        return found


def span_of(history: pl.DataFrame) -> tuple[Month, Month]:
    """The oldest and the newest month of a fact table."""
    first, last = history["month"].min(), history["month"].max()
    return Month.of(first), Month.of(last)  # type: ignore[arg-type]  # a column of dates


def panel_of(history: pl.DataFrame, span: tuple[Month, Month] | None = None) -> Panel:
    """Matrices of a fact table (see `tables.FACTS`); months without a row are NaN.

    `span` makes a part as wide as the whole that it belongs to.
    """
    oldest, newest = span or span_of(history)
    numbered = history.with_columns(ordinal=pl.col("month").dt.year() * 12 + pl.col("month").dt.month() - 1)
    first, last = oldest.ordinal, newest.ordinal
    keys = history.group_by("facility", "product").agg(pl.col("area").drop_nulls().last()).sort("facility", "product")
    places = numbered.join(keys.drop("area").with_row_index("row"), on=["facility", "product"], how="left")
    at = (places["row"].to_numpy(), (places["ordinal"] - first).to_numpy())

    def matrix(column: str) -> Matrix:
        empty = np.full((keys.height, last - first + 1), np.nan)
        empty[at] = places[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return empty

    return Panel(keys, oldest, {name: matrix(name) for name in CARD}, matrix("reported"))


def latest(values: Matrix, count: int) -> Matrix:
    """The `count` newest recorded values of each row, oldest first, NaN in front where there are fewer."""
    known = ~np.isnan(values)
    order = np.argsort(known, axis=1, kind="stable")[:, -count:]
    found = np.take_along_axis(values, order, axis=1)
    if found.shape[1] < count:
        found = np.pad(found, ((0, 0), (count - found.shape[1], 0)), constant_values=np.nan)
    return found
