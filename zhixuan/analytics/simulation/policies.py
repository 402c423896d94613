"""Ways to order that are compared: what LMISs do, and ours; each with levels from the records before a month."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector
from zhixuan.analytics.ordering.levels import SERVICE, levels_at
from zhixuan.analytics.ordering.pace import plain_mean
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.replay import Levels, Terms

DAYS: Final = 30
LARGEST_CORRECTION: Final = 3.0
CARD: Final = ("opening", "received", "issued", "adjusted", "closing")


def average(past: Past, months: int, factor: float) -> Levels:
    """AMC x max months: the mean of the newest `months` reports times `factor`, normalised for days out of stock."""
    use = _normalised(past)

    def levels(month: int) -> Vector:
        return plain_mean(use[:, : past.first + month], months) * factor

    return levels


def ours(past: Past, terms: Terms, services: Sequence[float] = (SERVICE,)) -> list[Levels]:
    """What `zhixuan levels` would have said in every month, at each of several service levels.

    What is learned of a month is learned once for all of them.
    """
    asked = past.keys

    @cache
    def found(month: int) -> Matrix:
        months = terms.lead + terms.review
        told = levels_at(past.history, asked, past.month(month), months=months, services=services)
        return told.astype(np.float64)

    def at(column: int) -> Levels:
        return lambda month: np.asarray(found(month)[:, column])

    return [at(column) for column in range(len(services))]


def _normalised(past: Past) -> Matrix:
    """Issues of the chosen series; NaN where no card, or one without any quantity on it."""
    cards = past.panel.cards
    written = np.any([np.nan_to_num(cards[name]) != 0 for name in CARD], axis=0)
    issued = np.where(written, cards["issued"], np.nan)
    days = np.nan_to_num(cards["stockout_days"])
    stretched = np.minimum(issued * DAYS / np.maximum(DAYS - days, 1), LARGEST_CORRECTION * issued)
    return np.where((days > 0) & (days < DAYS), stretched, issued)[past.chosen]
