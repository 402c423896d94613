"""What is known of every series at an origin, as numbers a model can learn from. Nothing after the origin is read."""

from __future__ import annotations

import warnings

import numpy as np

from zhixuan.analytics.forecasting.context import Context, places, share
from zhixuan.analytics.forecasting.series import Matrix, Panel, Vector, latest

YEAR = 12
LAGS = 13
WINDOWS = (3, 6, 12, 24)
SMALLEST_SCALE = 0.5
NEVER = 99.0
TAIL_LEVELS = (0.8, 0.9, 0.95, 1.0)
RECEIVED = (("max", np.nanmax), ("mean", np.nanmean))
CATEGORIES = ("product", "area", "calendar")


def scale_of(panel: Panel) -> Vector:
    """Pieces that count as one for each series: its mean recorded month of the newest year; at least half a piece."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # series without a month are NaN, and replaced below
        year = np.nanmean(latest(panel.issued, YEAR), axis=1)
        longer = np.nanmean(latest(panel.issued, 3 * YEAR), axis=1)
    return np.asarray(np.fmax(np.where(year > 0, year, longer), SMALLEST_SCALE))


class Design:
    """The features of all series at the panel's newest month; `at(step)` adds what depends on the month ahead."""

    def __init__(self, panel: Panel, context: Context, scale: Vector) -> None:
        self.panel, self.context, self.scale = panel, context, scale
        self.product = places(context.products, panel.keys["product"])
        self.area = places(context.areas, panel.keys["area"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # statistics of nothing are NaN, which the model knows
            self._still = {**self._lags(), **self._levels(), **self._presence(), **self._shelf(), **self._around()}
            self._tail = np.column_stack(list(self._tails().values())).astype(np.float32)

    @property
    def tail(self) -> int:
        """How many of the first columns tell of peaks: only models of outer quantiles look at them."""
        return int(self._tail.shape[1])

    def at(self, step: int) -> Matrix:
        """Series x features, for `step` months ahead; 32-bit, as the model bins them anyway."""
        return np.column_stack([self._tail, self._middle(step)])

    def _middle(self, step: int) -> Matrix:
        target = self.panel.months - 1 + step
        moving = {
            f"{back}_before_{shift:+d}": self._month(target - back + shift)
            for back in (YEAR, 2 * YEAR)
            for shift in (-1, 0, 1)
        }
        count = self.panel.series
        moving |= {
            "log_scale": np.log(self.scale),
            "step": np.full(count, float(step)),
            "product": self.product.astype(float),
            "area": self.area.astype(float),
            "calendar": np.full(count, float(self.panel.month(target).month)),
        }
        return np.column_stack([*self._still.values(), *moving.values()]).astype(np.float32)

    def categories(self) -> list[int]:
        """Where the columns stand that are names and not amounts: the last ones."""
        width = self.at(1).shape[1]
        return list(range(width - len(CATEGORIES), width))

    def _month(self, column: int) -> Vector:
        if not 0 <= column < self.panel.months:
            return np.full(self.panel.series, np.nan)
        return np.asarray(self.panel.issued[:, column] / self.scale)

    def _lags(self) -> dict[str, Vector]:
        newest = self.panel.months - 1
        return {f"lag_{back}": self._month(newest - back) for back in range(LAGS)}

    def _levels(self) -> dict[str, Vector]:
        recent = latest(self.panel.issued, max(WINDOWS))
        found: dict[str, Vector] = {}
        for months in WINDOWS:
            window = recent[:, -months:]
            found[f"mean_{months}"] = np.nanmean(window, axis=1) / self.scale
            found[f"median_{months}"] = np.nanmedian(window, axis=1) / self.scale
            found[f"deviation_{months}"] = np.nanstd(window, axis=1) / self.scale
            known = ~np.isnan(window)
            found[f"zeros_{months}"] = np.where(known.any(axis=1), (window == 0).sum(axis=1) / months, np.nan)
        year = recent[:, -YEAR:]
        for level in (0.25, 0.75, 0.9):
            found[f"quantile_{level}"] = np.nanquantile(year, level, axis=1) / self.scale
        change = np.abs(np.diff(year, axis=1))
        found["change"] = np.nanmean(change, axis=1) / self.scale
        found["change_median"] = np.nanmedian(change, axis=1) / self.scale
        found["change_half"] = np.nanmean(change[:, -(YEAR // 2 - 1) :], axis=1) / self.scale
        return found

    def _tails(self) -> dict[str, Vector]:
        """How high a series goes, over longer than a year too, and how full its shelf is kept."""
        issued, cards = self.panel.issued, self.panel.cards
        recent, long = latest(issued, YEAR // 2), latest(issued, 2 * YEAR)
        found: dict[str, Vector] = {"max_6": np.nanmax(recent, axis=1), "mean_ever": np.nanmean(issued, axis=1)}
        for months in (YEAR, 2 * YEAR):
            window = long[:, -months:]
            peaks = np.nanquantile(window, TAIL_LEVELS, axis=1)
            found |= {f"quantile_{level}_{months}": peak for level, peak in zip(TAIL_LEVELS, peaks, strict=True)}
        found |= {f"received_{name}": of(cards["received"][:, -YEAR:], axis=1) for name, of in RECEIVED}
        closing = cards["closing"][:, -YEAR:]
        found["closing_mean"] = np.nanmean(closing, axis=1)
        volume = self.context.volume[:, : self.panel.months]
        return {name: values / self.scale for name, values in found.items()} | {
            "closing_empty": np.nanmean(np.where(np.isnan(closing), np.nan, closing <= 0), axis=1),
            "since_peak": _months_since(np.nan_to_num(issued) > 2 * self.scale[:, None]),
            "product_trend_half": share(volume[:, -YEAR // 2 :], volume[:, -3 * YEAR // 2 :], self.product),
        }

    def _presence(self) -> dict[str, Vector]:
        known = ~np.isnan(self.panel.issued)
        issuing = np.nan_to_num(self.panel.issued) > 0
        return {
            "since_record": _months_since(known),
            "since_issue": _months_since(issuing),
            "recorded": known.mean(axis=1),
            "recorded_half": known[:, -YEAR // 2 :].mean(axis=1),
        }

    def _shelf(self) -> dict[str, Vector]:
        cards = self.panel.cards
        closings = latest(cards["closing"], 3)
        found = {f"{name}_now": cards[name][:, -1] / self.scale for name in ("opening", "received", "adjusted")}
        silent = self.panel.silent
        return found | {
            "closing_now": cards["closing"][:, -1] / self.scale,
            "received_quarter": np.nansum(cards["received"][:, -3:], axis=1) / self.scale,
            "ordered_now": np.nan_to_num(cards["ordered"][:, -1]) / self.scale,
            "closing": closings[:, -1] / self.scale,
            "empty_shelf": np.nanmean(np.where(np.isnan(closings), np.nan, closings == 0), axis=1),
            "stockout_days": cards["stockout_days"][:, -1],
            "silent_now": silent[:, -1],
            "silent_quarter": np.nanmean(latest(silent, 3), axis=1),
            "silent_year": np.nanmean(latest(silent, YEAR), axis=1),
        }

    def _around(self) -> dict[str, Vector]:
        """How the facility reports, and whether the product is rising or falling everywhere."""
        facility = places(self.context.facilities, self.panel.keys["facility"])
        end, found = self.panel.months, {}
        for months in (1, 3):
            cut = slice(max(0, end - months), end)
            filled = self.context.filled[:, cut]
            found[f"facility_silent_{months}"] = share(self.context.silent[:, cut], filled, facility)
            found[f"facility_idle_{months}"] = share(self.context.idle[:, cut], filled, facility)
        volume = self.context.volume[:, :end]
        found["product_trend"] = 4 * share(volume[:, -3:], volume[:, -YEAR:], self.product)
        return found


def _months_since(happened: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Vector:
    return np.where(happened.any(axis=1), np.argmax(happened[:, ::-1], axis=1), NEVER).astype(np.float64)
