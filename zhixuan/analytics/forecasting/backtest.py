"""Forecasting from months long past, with nothing but what was known then, and counting how far off it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from zhixuan.analytics.forecasting import scores, simple
from zhixuan.analytics.forecasting.plan import Forecast, Profile, Report, apply, learn, silent
from zhixuan.analytics.forecasting.series import Matrix, Panel, panel_of
from zhixuan.analytics.tables import QUANTILES
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused, raise_all

SHORTEST_PAST: Final = 2
OURS: Final = "forecast"


def backtest(
    history: pl.DataFrame,
    origins: Sequence[Month],
    horizon: int,
    *,
    profile: Profile = Profile.FULL,
    report: Report = silent,
) -> pl.DataFrame:
    """How good the forecasts would have been from each origin, the newest month known then.

    Returns:
        One row per origin and method; `forecast` is what `zhixuan forecast` would have said, the others are the
        methods it is mixed from. Columns: score and score_median (competition), mase, series; for `forecast` also
        bias of the mean, bias_median, and for each upper quantile its pinball loss relative to the series' own
        quantile of the newest year, pinball of all of them together, and the coverage.

    Raises:
        Refused: an origin with fewer than two months before it or fewer than `horizon` after it.
    """
    whole = panel_of(history)
    raise_all(_unfit(whole, origins, horizon))
    tables = []
    for number, origin in enumerate(sorted(origins)):

        def told(done: int, total: int, number: int = number) -> None:
            report(number * total + done, len(origins) * total)

        tables.append(_at(history, whole, origin, horizon, profile, told))
    return pl.concat(tables, how="diagonal")


def averaged(table: pl.DataFrame) -> pl.DataFrame:
    """The mean over origins of each method's figures; `bias_absolute` is the mean of what was off, either way."""
    figures = [name for name in table.columns if name not in {"origin", "method", "series"}]
    means = [pl.col(name).mean() for name in figures]
    absolute = [pl.col("bias").abs().mean().alias("bias_absolute")]
    return table.group_by("method", maintain_order=True).agg(means + absolute)


def _unfit(whole: Panel, origins: Sequence[Month], horizon: int) -> list[Refused]:
    newest = whole.month(whole.months - 1)
    found = []
    if not origins:
        found.append(Refused(N_("Name at least one origin, such as 2019-03."), field="origins"))
    for origin in origins:
        before, after = origin.ordinal - whole.first.ordinal + 1, newest.ordinal - origin.ordinal
        if before < SHORTEST_PAST or after < horizon:
            found.append(
                Refused(
                    N_(
                        "Origin {origin}: two months up to it and {horizon} after it are needed; "
                        "the records go from {first} to {last}."
                    ),
                    origin=str(origin),
                    horizon=horizon,
                    first=str(whole.first),
                    last=str(newest),
                    field="origins",
                )
            )
    return found


def _at(
    history: pl.DataFrame, whole: Panel, origin: Month, horizon: int, profile: Profile, report: Report
) -> pl.DataFrame:
    past = panel_of(history.filter(pl.col("month") <= origin.first_day))
    plan = learn(past, horizon, profile=profile, report=report)
    found = apply(past, plan)
    actual = _came(whole, past, origin, horizon)
    own = simple.empirical(past, plan.likes)
    rows = [_ours(past, found, own, actual)]
    rows += [{"method": name, **_points(past, said, actual)} for name, said in sorted(found.points.items())]
    return pl.DataFrame(rows).select(pl.lit(str(origin)).alias("origin"), pl.all())


def _came(whole: Panel, past: Panel, origin: Month, horizon: int) -> Matrix:
    """What was recorded after the origin, in the past panel's order."""
    pairs = {pair: row for row, pair in enumerate(whole.keys.select("facility", "product").iter_rows())}
    rows = [pairs[pair] for pair in past.keys.select("facility", "product").iter_rows()]
    first = origin.ordinal - whole.first.ordinal + 1
    return whole.issued[rows, first : first + horizon]


def _points(past: Panel, said: Matrix, actual: Matrix) -> dict[str, float]:
    score = scores.summary(scores.competition_scores(said, actual, past.issued[:, -1]))
    mase = scores.summary(scores.scaled_errors(said, actual, past.issued))
    return {"score": score["mean"], "score_median": score["median"], "mase": mase["mean"], "series": score["series"]}


def _ours(past: Panel, found: Forecast, own: simple.Empirical, actual: Matrix) -> dict[str, object]:
    row: dict[str, object] = {"method": OURS, **_points(past, found.levels[simple.MIDDLE], actual)}
    row |= {"bias": scores.bias(found.mean, actual), "bias_median": scores.bias(found.levels[simple.MIDDLE], actual)}
    upper = []
    for place, level in enumerate(QUANTILES):
        rival = np.repeat(own.levels[:, [place]], actual.shape[1], axis=1)
        relative = scores.relative_pinball(found.levels[place], rival, actual, level)
        row[f"pinball_{level * 100:.0f}"] = relative
        row[f"coverage_{level * 100:.0f}"] = scores.coverage(found.levels[place], actual)
        if level in scores.UPPER:
            upper.append(relative)
    return row | {"pinball_upper": float(np.mean(upper))}
