"""`zhixuan backtest`: how good the forecasts would have been, on a file of monthly records; no database is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p
from rich.table import Table

from zhixuan.config.commands.forecast import Effort, History, Horizon, MappingFile, Profiles, read, refusing
from zhixuan.config.commands.terminal import AsJson, figure, out, progress_bar, say, say_json
from zhixuan.rules.periods import Month

if TYPE_CHECKING:
    import polars as pl

Origins = Annotated[str, typer.Option("--origins", help="Last known months, as in 2018-12,2019-03 起报月份")]


def backtest(
    *,
    history: History,
    origins: Origins,
    horizon: Horizon = 3,
    mapping: MappingFile = None,
    profile: Profiles = Effort.FULL,
    as_json: AsJson = False,
) -> None:
    """Forecast from each origin with nothing but what was known then, and compare with what came."""
    with refusing():
        months = [Month.parse(part) for part in origins.split(",") if part.strip()]
        table = read(history, mapping)[1]
        from zhixuan.analytics.forecasting import Profile
        from zhixuan.analytics.forecasting.backtest import averaged
        from zhixuan.analytics.forecasting.backtest import backtest as look_back

        with progress_bar(_("Looking back"), quiet=as_json) as report:
            found = look_back(table, months, horizon, profile=Profile(profile.value), report=report)
        means = averaged(found)
    if as_json:
        say_json({"origins": _plain(found), "averages": _plain(means)})
        return
    out.print(_points_table(found, means))
    out.print(_spread_table(found, means))
    say(_("1.00 in the first column: a forecast that is told last month's truth and repeats it."))


def _plain(table: pl.DataFrame) -> list[dict[str, object]]:
    """Rows without what a method has no figure for."""
    rows = table.fill_nan(None).to_dicts()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _points_table(found: pl.DataFrame, means: pl.DataFrame) -> Table:
    titles = (_("Origin"), _("Method"), _("Score"), _("Score, median"), "MASE", _("Series"))
    table = Table(*titles, title=_("How far off the points were"))
    for row in [*found.to_dicts(), *({"origin": _p("backtest", "all"), **row} for row in means.to_dicts())]:
        figures = [figure(row[name], ".3f") for name in ("score", "score_median", "mase")]
        table.add_row(row["origin"], row["method"], *figures, str(row.get("series") or ""))
    return table


def _spread_table(found: pl.DataFrame, means: pl.DataFrame) -> Table:
    levels = ("80", "90", "95")
    table = Table(
        _("Origin"),
        _("Bias of the mean"),
        _("Bias of the median"),
        *(_("Pinball %(level)s %%") % {"level": level} for level in levels),
        *(_("Covered by %(level)s %%") % {"level": level} for level in levels),
        title=_("Mean and upper quantiles; pinball relative to the last year's own quantiles"),
    )
    for row in [*found.to_dicts(), *({"origin": _p("backtest", "all"), **row} for row in means.to_dicts())]:
        if row["method"] == "forecast":
            cells = [figure(row[name], "+.1%") for name in ("bias", "bias_median")]
            cells += [figure(row[f"pinball_{level}"], ".3f") for level in levels]
            table.add_row(row["origin"], *cells, *(figure(row[f"coverage_{level}"], ".1%") for level in levels))
    return table
