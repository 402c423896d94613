"""What was wanted, read from what was issued: a month without stock, or without a report, says nothing about demand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector

Flags = npt.NDArray[np.bool_]

DAYS: Final = 30
LARGEST_CORRECTION: Final = 3.0
NEAR: Final = 6  # months that may stand in for one that says nothing
FEWEST_NEAR: Final = 3


class Reading(StrEnum):
    """Recorded as issued; adjusted for days out of stock; imputed where nothing or too little could be issued."""

    RECORDED = "recorded"
    ADJUSTED = "adjusted"
    IMPUTED = "imputed"


@dataclass(frozen=True)
class Shelves:
    """Which months of a panel say what; matrices of series x months.

    `silent`: no card, or one of nothing but zeros; `bare`: reported without anything to issue; `emptied`: ended with
    nothing on the shelf; `counted`: emptied, with the days out of stock noted; `plain`: none of these, so that what was
    issued is what was wanted.
    """

    panel: Panel

    def _card(self, name: str) -> Matrix:
        return np.nan_to_num(self.panel.cards[name])

    @cached_property
    def with_shelf(self) -> bool:
        """Whether the file has stock at all: with issues alone nothing can be said about shelves."""
        return not bool(np.isnan(self.panel.cards["closing"]).all())

    @cached_property
    def silent(self) -> Flags:
        return np.asarray(np.isnan(self.panel.issued) | (np.nan_to_num(self.panel.reported) == 0))

    @cached_property
    def bare(self) -> Flags:
        there = self._card("opening") + self._card("received") + np.maximum(self._card("adjusted"), 0)
        return np.asarray(~self.silent & (there <= 0) & (self._card("issued") <= 0)) & self.with_shelf

    @cached_property
    def emptied(self) -> Flags:
        return np.asarray(~self.silent & ~self.bare & (self._card("closing") <= 0)) & self.with_shelf

    @cached_property
    def counted(self) -> Flags:
        days = self._card("stockout_days")
        return np.asarray(self.emptied & (days > 0) & (days < DAYS))

    @cached_property
    def plain(self) -> Flags:
        return np.asarray(~self.silent & ~self.bare & ~self.emptied)

    @cached_property
    def adjusted(self) -> Matrix:
        """Issues as demand, those of counted months stretched to the whole month; NaN where silent."""
        issued = np.where(self.silent, np.nan, np.maximum(self._card("issued"), 0))
        open_days = np.maximum(DAYS - self._card("stockout_days"), 1)
        stretched = np.minimum(issued * DAYS / open_days, LARGEST_CORRECTION * issued)
        return np.where(self.counted, stretched, issued)


def known_demand(shelves: Shelves) -> Matrix:
    """Demand as it could be read at the time: column t stands on months up to t only.

    NaN where silent or bare; an emptied month without noted days is read as the mean of those of the six plain months
    before it that had at least as much, and as recorded where there are none.
    """
    found = np.where(shelves.bare, np.nan, shelves.adjusted)
    doubtful = shelves.emptied & ~shelves.counted
    for row in np.flatnonzero(doubtful.any(axis=1)):
        plain = np.flatnonzero(shelves.plain[row])
        for month in np.flatnonzero(doubtful[row]):
            before = shelves.adjusted[row, plain[: np.searchsorted(plain, month)][-NEAR:]]
            enough = before[before >= shelves.adjusted[row, month]]
            if len(enough):
                found[row, month] = enough.mean()
    return found


def imputed_demand(shelves: Shelves, *, seed: int) -> Matrix:
    """Demand with every gap filled by one of the six nearest plain months, drawn with the seed.

    Emptied months without noted days are given one that is at least the record. NaN before a series' first card, and
    where fewer than three plain months could stand in.
    """
    chance = np.random.default_rng(seed)
    found = shelves.adjusted.copy()
    doubtful = shelves.emptied & ~shelves.counted
    gaps = shelves.silent | shelves.bare | doubtful
    for row in np.flatnonzero(gaps.any(axis=1)):
        plain = np.flatnonzero(shelves.plain[row])
        if len(plain) < FEWEST_NEAR:
            found[row, gaps[row]] = np.nan
            continue
        _fill(found[row], np.flatnonzero(gaps[row]), plain, doubtful[row], chance)
    cards = ~np.isnan(shelves.panel.issued)
    before = np.cumsum(cards, axis=1) == 0
    return np.where(before, np.nan, found)


def _fill(
    values: Vector,
    gaps: npt.NDArray[np.int64],
    plain: npt.NDArray[np.int64],
    doubtful: Flags,
    chance: np.random.Generator,
) -> None:
    recorded = values[plain]
    for month in gaps:
        near = recorded[np.argsort(np.abs(plain - month), kind="stable")[:NEAR]]
        if doubtful[month]:
            near = near[near >= values[month]]
        if len(near):
            values[month] = chance.choice(near)


def read_demand(shelves: Shelves, reading: Reading, *, seed: int = 0) -> Matrix:
    """One of the three readings, without gaps: what nobody can say is 0."""
    if reading is Reading.RECORDED:
        return np.maximum(np.nan_to_num(shelves.panel.issued), 0)
    if reading is Reading.ADJUSTED:
        return np.nan_to_num(shelves.adjusted)
    return np.nan_to_num(imputed_demand(shelves, seed=seed))
