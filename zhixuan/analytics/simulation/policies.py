"""Ways to order that are compared: what LMISs do, and ours; each with levels from the records before a month."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Vector
from zhixuan.analytics.ordering.levels import order_up_to
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


def ours(past: Past, terms: Terms) -> Levels:
    """What `zhixuan levels` would have said in every month."""
    asked = past.keys

    @cache
    def levels(month: int) -> Vector:
        found = order_up_to(past.history, asked, past.month(month), lead=terms.lead, review=terms.review)
        return found["order_up_to"].to_numpy().astype(np.float64)

    return levels


def _normalised(past: Past) -> Matrix:
    """Issues of the chosen series; NaN where no card, or one without any quantity on it."""
    cards = past.panel.cards
    written = np.any([np.nan_to_num(cards[name]) != 0 for name in CARD], axis=0)
    issued = np.where(written, cards["issued"], np.nan)
    days = np.nan_to_num(cards["stockout_days"])
    stretched = np.minimum(issued * DAYS / np.maximum(DAYS - days, 1), LARGEST_CORRECTION * issued)
    return np.where((days > 0) & (days < DAYS), stretched, issued)[past.chosen]
