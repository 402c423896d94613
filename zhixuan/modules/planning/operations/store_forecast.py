"""Keep a forecast that the worker has made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from zhixuan.analytics.series_forecasts import Made, SeriesForecast
from zhixuan.modules.planning.models import ForecastLine, ForecastRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.planning.queries import forecasts
from zhixuan.modules.planning.queries.forecasts import Series
from zhixuan.modules.stock.operations.keep_order_levels import keep_order_levels
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.accuracy import Accuracy
from zhixuan.rules.stock.order_levels import OrderLevel
from zhixuan.shared import sql
from zhixuan.shared.access import Actor

NEVER_COMPARED = Accuracy(0, None, None)


@dataclass(frozen=True, slots=True)
class Levels:
    """Order-up-to levels in pieces, made for a service level and the months to be covered; without any: None and 0.

    Args:
        chosen: an officer has chosen the service level, so that suggestions go by them.
    """

    by_series: Mapping[Series, int]
    service: Decimal | None
    cover_months: int
    chosen: bool = False


NO_LEVELS = Levels({}, None, 0)


@transaction.atomic
def store_forecast(
    *,
    run_id: int,
    made: Made,
    accuracies: Mapping[Series, Accuracy],
    levels: Levels = NO_LEVELS,
    actor: Actor,
    at: datetime,
) -> int:
    """Write all lines, and make them the current ones where no newer data was looked at. Safe to repeat.

    Args:
        accuracies: of earlier forecasts, by (facility, product).

    Returns:
        How many lines there are; 0 when it was stopped meanwhile.
    """
    run = _runs.in_hand(ForecastRun, run_id)
    if run.state != ForecastRun.State.OPEN:
        return 0
    newer, ended = forecasts.series_with_newer_data(run), forecasts.series_that_ended(run)

    lines = [_line(run, one, newer, accuracies) for one in made.series]
    for line in lines:
        line.order_up_to = levels.by_series.get((line.facility_id, line.product_id))

    _retire([*ended, *((line.facility_id, line.product_id) for line in lines if line.current)])
    ForecastLine.objects.bulk_create(lines, batch_size=500)
    columns = {
        "missing_package": made.missing_package[:60],
        "service": levels.service,
        "cover_months": levels.cover_months,
    }
    _hand_down(run, lines, ended, levels, actor, at)
    _runs.keep_made(run, columns, "store_forecast", actor, at)
    return len(lines)


def _hand_down(
    run: ForecastRun,
    lines: Sequence[ForecastLine],
    ended: Sequence[Series],
    levels: Levels,
    actor: Actor,
    at: datetime,
) -> None:
    """To the ledger's levels, which suggestions of orders and allocation plans fill up to; the norm where none holds.

    Nothing changes where nobody has chosen a service level.
    """

    def level(line: ForecastLine) -> OrderLevel | None:
        if not levels.chosen or levels.service is None or line.order_up_to is None:
            return None
        return OrderLevel(line.order_up_to, levels.service, Month.of(run.data_until), localdate(at))

    current: dict[Series, OrderLevel | None] = dict.fromkeys(ended)
    current |= {(line.facility_id, line.product_id): level(line) for line in lines if line.current}
    keep_order_levels(levels=current, area_path=run.area.path, actor=actor, at=at)


def _retire(series: Sequence[Series]) -> None:
    """What was current of these is so no longer."""
    sql.write(
        "UPDATE planning_forecastline SET current = %s WHERE current = %s AND facility_id = %s AND product_id = %s",
        [(False, True, facility, product) for facility, product in series],
    )


def _line(
    run: ForecastRun, one: SeriesForecast, newer: frozenset[Series], accuracies: Mapping[Series, Accuracy]
) -> ForecastLine:
    series = (int(one.facility), int(one.product))
    known = accuracies.get(series, NEVER_COMPARED)
    return ForecastLine(
        run=run,
        facility_id=series[0],
        product_id=series[1],
        current=series not in newer,
        method=one.method[:40],
        reported=one.reported,
        figures=dict(one.figures),
        next_median=_runs.hundredths(one.figures["median"][0]),
        year_mean=_runs.hundredths(sum(one.figures["mean"][: _runs.MONTHS_A_YEAR])),
        months_compared=known.months,
        off=None if known.off is None else _runs.exact(known.off, 4),
        bias=None if known.bias is None else _runs.exact(known.bias, 4),
        marks=one.marks,
    )
