"""What the worker does for planning: make a forecast that somebody asked for (see config/wiring.py)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from zhixuan.analytics.series_forecasts import CardOfSeries, forecast_series
from zhixuan.modules.planning.operations.store_forecast import store_forecast
from zhixuan.modules.planning.queries import forecasts
from zhixuan.modules.planning.queries.forecasts import ForecastRun
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.facts import MonthOfCard
from zhixuan.shared.access import Actor
from zhixuan.shared.worker import JobInHand

READING, MAKING, KEEPING = "read", "make", "keep"


Clock = Callable[[], datetime]
Show = Callable[[int, int, str], None]
"""Told how far the work is, and which part of it; may raise to stop it."""


def forecast(job: JobInHand) -> Mapping[str, Any]:
    """Make what somebody has asked for; begun again it does the same again."""
    run = forecasts.run_of_job(job.claim.arguments["run"])
    if run.state != forecasts.State.OPEN:
        return {"lines": 0}
    return {"lines": make(run, actor=Actor(job.claim.actor_id, job.claim.actor_name), show=job.show)}


def make(run: ForecastRun, *, actor: Actor, show: Show, clock: Clock = timezone.now) -> int:
    """Read the cards, forecast them, keep the forecasts as of when that is done; answers how many.

    Raises:
        Refused: no card of the area has begun by then.
    """
    cards, areas = _cards(run, show, timezone.localdate(clock()))
    if not cards:
        raise Refused(
            N_("No place of this area has any movement until {month}, so there is nothing to forecast from."),
            month=Month.of(run.data_until),
        )
    named = [
        CardOfSeries(str(facility), str(product), areas[facility], months)
        for (facility, product), months in cards.items()
    ]
    made = forecast_series(named, run.horizon, profile=run.profile, report=_reporting(show))
    show(0, 0, KEEPING)
    accuracies = forecasts.accuracies(run, cards)
    return store_forecast(run_id=run.pk, made=made, accuracies=accuracies, actor=actor, at=clock())


def _cards(
    run: ForecastRun, show: Show, today: date
) -> tuple[dict[tuple[int, int], list[MonthOfCard]], dict[int, str]]:
    areas = forecasts.facilities_of(run)
    cards: dict[tuple[int, int], list[MonthOfCard]] = {}
    done, until = 0, Month.of(run.data_until)
    for found in monthly.cards(list(areas), until=until, today=today):
        cards |= {(one.facility_id, one.product_id): one.months for one in found if one.months}
        done = min(done + monthly.STORES_AT_ONCE, len(areas))
        show(done, len(areas), READING)
    return cards, areas


def _reporting(show: Show) -> Callable[[int, int], None]:
    """Shows how far it is; models grow in threads of their own, each of which gives its connection back."""
    mine = threading.current_thread()

    def report(done: int, total: int) -> None:
        try:
            show(done, total, MAKING)
        finally:
            if threading.current_thread() is not mine:
                connection.close()

    return report
