"""One model per series: Croston and its kin for intermittent demand, exponential smoothing and Theta for the rest.

Each sees the recorded months only, one after the other: a month without a record is no zero.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np

from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector

FEWEST_MONTHS: Final = 6
NEWEST_MONTHS: Final = 60
METHODS: Final = ("croston", "sba", "tsb", "adida", "ets", "theta")


def statistical(panel: Panel, horizon: int) -> dict[str, Matrix]:
    """Means by method, pieces, series x horizon; NaN for series too short for any model."""
    models = _models()
    found = {name: np.full((panel.series, horizon), np.nan) for name in METHODS}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for row in range(panel.series):
            values = panel.issued[row]
            values = values[~np.isnan(values)][-NEWEST_MONTHS:]
            if len(values) >= FEWEST_MONTHS:
                for name, model in models.items():
                    found[name][row] = _one(model, values, horizon)
    return found


def _models() -> dict[str, Any]:
    from statsforecast.models import ADIDA, TSB, AutoETS, CrostonOptimized, CrostonSBA, Theta

    return {
        "croston": CrostonOptimized(),
        "sba": CrostonSBA(),
        "tsb": TSB(0.2, 0.2),
        "adida": ADIDA(),
        "ets": AutoETS(season_length=1, model="ZZN"),
        "theta": Theta(season_length=1),
    }


def _one(model: Any, values: Vector, horizon: int) -> Vector:
    """A constant series is its own forecast; a model that fails on one is passed over, never the whole run."""
    if np.ptp(values) == 0:
        return np.full(horizon, values[-1])
    try:
        mean = np.asarray(model.forecast(values, h=horizon)["mean"], dtype=np.float64)
    except (ArithmeticError, LookupError, RuntimeError, ValueError, np.linalg.LinAlgError):
        return np.full(horizon, np.nan)
    sane = np.isfinite(mean).all() and mean.max() <= 10 * values.max() + 1
    return np.maximum(mean, 0) if sane else np.full(horizon, np.nan)
