"""What a course was worth: service, stock, waste, and how it compares with another policy at the same stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from zhixuan.analytics.forecasting.series import Vector
from zhixuan.analytics.simulation.replay import Course

TOO_MUCH: Final = 4.0  # months of stock
WORST: Final = 0.1


@dataclass(frozen=True)
class Worth:
    """Shares between 0 and 1; stock in months of demand.

    `fill_volume` counts pieces, `fill_series` each series by its own mean; `worst_tenth` the fill that
    nine of ten series reach; `over` the share of month-ends above 4 months of own mean; `expired`, `at_risk` per piece
    received; `deliveries` the share of months in which a product came to a place: what there is to carry.
    """

    fill_volume: float
    fill_series: float
    fill_mean: float
    short_months: float
    stock_volume: float
    stock_series: float
    over: float
    expired: float
    at_risk: float
    worst_tenth: float
    deliveries: float

    def plain(self) -> dict[str, float | None]:
        return _plain(asdict(self), 4)


def worth(course: Course, usual: Vector | None = None) -> Worth:
    """What a course was worth.

    Args:
        usual: mean monthly demand of each series, over all its history, by which series are made equal; that of the
            course where it is left out. Series without any count by volume only.
    """
    mean = course.demand.mean(axis=1)
    usual = mean if usual is None else usual
    real = usual > 0
    own = np.where(real, usual, 1)
    served, wanted = course.served.sum(axis=1), course.demand.sum(axis=1)
    held = ((course.opening + course.closing) / 2).mean(axis=1)
    asked = wanted > 0
    fill = served[asked] / wanted[asked]
    received = max(float(course.received.sum()), 1.0)
    return Worth(
        fill_volume=_share(served.sum(), wanted.sum()),
        fill_series=_share((served / own)[real].sum(), (wanted / own)[real].sum()),
        fill_mean=float(fill.mean()) if len(fill) else 1.0,
        short_months=float((course.served < course.demand - 1e-9).mean()),
        stock_volume=_share(held.sum(), mean.sum()),
        stock_series=_share((held / own)[real].sum(), (mean / own)[real].sum()),
        over=float((course.closing > TOO_MUCH * own[:, None])[real].mean()) if real.any() else 0.0,
        expired=float(course.expired.sum()) / received,
        at_risk=float(course.at_risk.sum()) / received,
        worst_tenth=float(np.quantile(fill, WORST)) if len(fill) else 1.0,
        deliveries=float((course.received > 0).mean()),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0


@dataclass(frozen=True)
class Ratios:
    """Against a curve at the same average stock; below 1 is better. `stock` is against it at the same service.

    Beyond the ends of the curve its last point is taken.
    """

    lost_series: float
    short_months: float
    lost_volume: float
    stock: float

    def plain(self) -> dict[str, float | None]:
        return _plain(asdict(self), 3)


def ratios(found: Worth, curve: Sequence[Worth]) -> Ratios:
    """Log-interpolated between the points of the curve; volume by the stock in volume, the rest with series equal."""
    stock = np.array([point.stock_series for point in curve])
    volume = np.array([point.stock_volume for point in curve])
    missing = np.array([1 - point.fill_volume for point in curve])

    def against(mine: float, theirs: Vector) -> float:
        return _log_ratio(mine, found.stock_series, stock, theirs)

    lost = np.array([1 - point.fill_series for point in curve])
    return Ratios(
        lost_series=against(1 - found.fill_series, lost),
        short_months=against(found.short_months, np.array([point.short_months for point in curve])),
        lost_volume=_log_ratio(1 - found.fill_volume, found.stock_volume, volume, missing),
        stock=_log_ratio(found.stock_series, 1 - found.fill_series, lost, stock),
    )


def _log_ratio(mine: float, at: float, places: Vector, values: Vector) -> float:
    order = np.argsort(places, kind="stable")
    logs = np.log(np.maximum(values[order], 1e-9))
    return float(mine / np.exp(np.interp(at, places[order], logs)))


def _plain(figures: dict[str, float], digits: int) -> dict[str, float | None]:
    """Rounded; None where there is no figure, as JSON has no other word for it."""
    return {name: round(value, digits) if np.isfinite(value) else None for name, value in figures.items()}
