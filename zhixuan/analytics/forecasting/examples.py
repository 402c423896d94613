"""The past as a model is taught it: at every month that was once the newest, what was known and what came."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from zhixuan.analytics.forecasting.context import Context
from zhixuan.analytics.forecasting.features import Design, scale_of
from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector

FIRST_ORIGIN = 6  # months that must be known before
NEWEST_ORIGINS = 48  # older ones teach yesterday's habits
ROWS_MAX = 400_000
SERIES_MAX = 4_000


@dataclass(frozen=True)
class Examples:
    """One row per series, origin and step ahead whose outcome was recorded by `known_until`.

    `origin` and `step` say when; `actual` is in pieces, `scale` the pieces that count as one; `swing` is the mean
    change from month to month over the whole window ahead, NaN where the window is not over. The first `tail` columns
    of the features are for models of outer quantiles only; `categories` counts all columns.
    """

    features: Matrix
    actual: Vector
    scale: Vector
    swing: Vector
    origin: np.ndarray[tuple[int], np.dtype[np.int64]]
    step: np.ndarray[tuple[int], np.dtype[np.int64]]
    categories: list[int]
    tail: int

    def until(self, months: int) -> Examples:
        """Those whose outcome, and whose whole window where its swing is used, lay within the first `months`."""
        horizon = int(self.step.max())
        keep = self.origin + self.step < months
        swing = np.where(self.origin + horizon < months, self.swing, np.nan)
        return self.only(keep, swing)

    def only(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]], swing: Vector | None = None) -> Examples:
        swing = self.swing if swing is None else swing
        return Examples(
            self.features[keep],
            self.actual[keep],
            self.scale[keep],
            swing[keep],
            self.origin[keep],
            self.step[keep],
            self.categories,
            self.tail,
        )


def examples_of(panel: Panel, context: Context, horizon: int, *, rows_max: int = ROWS_MAX) -> Examples | None:
    """All that the panel can teach; the newest origins, thinned evenly where there would be too many rows.

    None when there is nothing to learn from.
    """
    taught = _thinned(panel)
    origins = range(max(FIRST_ORIGIN, panel.months - 1 - NEWEST_ORIGINS), panel.months - 1)
    stride = max(1, -(-len(origins) * taught.series * horizon // rows_max)) if len(origins) else 1
    chosen = reversed(origins[::-1][::stride])
    parts = [part for origin in chosen if (part := _at(taught, context, origin, horizon)) is not None]
    if not parts:
        return None
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.actual for part in parts]),
        np.concatenate([part.scale for part in parts]),
        np.concatenate([part.swing for part in parts]),
        np.concatenate([part.origin for part in parts]),
        np.concatenate([part.step for part in parts]),
        parts[0].categories,
        parts[0].tail,
    )


def swing_of(panel: Panel, origin: int, horizon: int) -> Vector:
    """Mean change from month to month from the origin over the window ahead; NaN where nothing can be compared."""
    window = panel.issued[:, origin : origin + horizon + 1]
    if window.shape[1] <= horizon:
        return np.full(panel.series, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(np.abs(np.diff(window, axis=1)), axis=1))


def _thinned(panel: Panel) -> Panel:
    """Every k-th series of a very wide panel: a model learns no more from the rest, and memory stays flat."""
    stride = -(-panel.series // SERIES_MAX)
    return panel if stride == 1 else panel.rows(np.arange(panel.series) % stride == 0)


def _at(panel: Panel, context: Context, origin: int, horizon: int) -> Examples | None:
    known = panel.until(origin + 1)
    scale, swing = scale_of(known), swing_of(panel, origin, horizon)
    design, there = Design(known, context, scale), known.known_by(origin + 1)
    found = []
    for step in range(1, min(horizon, panel.months - 1 - origin) + 1):
        actual = panel.issued[:, origin + step]
        keep = there & ~np.isnan(actual)
        found.append((design.at(step)[keep], actual[keep], scale[keep], swing[keep], np.full(keep.sum(), step)))
    if not found or not sum(len(part[1]) for part in found):
        return None
    features, actual, scales, swings, steps = (np.concatenate(column) for column in zip(*found, strict=True))
    origins = np.full(len(steps), origin)
    return Examples(features, actual, scales, swings, origins, steps, design.categories(), design.tail)
