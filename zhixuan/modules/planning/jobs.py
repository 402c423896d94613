"""What the worker does for planning: forecasts, trials of policies, large allocation plans (see config/wiring.py)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from zhixuan.analytics.series_forecasts import PLAIN, CardOfSeries, forecast_series, forecast_table
from zhixuan.analytics.trial import levels_of_cards, try_policies
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.planning.operations.carry_out_allocation import carry_out_allocation
from zhixuan.modules.planning.operations.prepare_allocation import prepare_allocation
from zhixuan.modules.planning.operations.store_file_forecast import store_file_forecast
from zhixuan.modules.planning.operations.store_forecast import NO_LEVELS, Levels, store_forecast
from zhixuan.modules.planning.operations.store_policies import store_policies
from zhixuan.modules.planning.queries import forecasts, history_files, runs
from zhixuan.modules.planning.queries.file_forecasts import FileForecast
from zhixuan.modules.planning.queries.forecasts import ForecastRun
from zhixuan.modules.planning.queries.policies import service_of
from zhixuan.modules.planning.queries.runs import AllocationRun, Run
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.facts import MonthOfCard
from zhixuan.rules.stock.joining import joined
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.worker import JobInHand

READING, FACTS, MAKING, KEEPING = "read", "facts", "make", "keep"

Cards = dict[tuple[int, int], list[MonthOfCard]]
"""Months of each card by (facility id, product id)."""
Clock = Callable[[], datetime]
Show = Callable[[int, int, str], None]
"""Told how far the work is, and which part of it; may raise to stop it."""


def forecast(job: JobInHand) -> Mapping[str, Any]:
    """Make what somebody has asked for; begun again it does the same again."""
    run = runs.run_of_job(ForecastRun, job.claim.arguments["run"])
    if run.state != runs.State.OPEN:
        return {"lines": 0}
    return {"lines": make(run, actor=_actor(job), show=job.show)}


def file_forecast(job: JobInHand) -> Mapping[str, Any]:
    """Forecast what somebody brought in a file; begun again it does the same again."""
    run = runs.run_of_job(FileForecast, job.claim.arguments["run"])
    if run.state != runs.State.OPEN:
        return {"lines": 0}
    table = history_files.unpacked(run.history)
    made = forecast_table(table, run.horizon, profile=run.profile, report=_reporting(job.show))
    job.show(0, 0, KEEPING)
    return {"lines": store_file_forecast(run_id=run.pk, made=made, actor=_actor(job), at=timezone.now())}


def policies(job: JobInHand) -> Mapping[str, Any]:
    """Try ways to order on the past of an area's own books; begun again it does the same again.

    Raises:
        Refused: no series has enough reports.
    """
    run = runs.run_of_job(runs.PolicyRun, job.claim.arguments["run"])
    if run.state != runs.State.OPEN:
        return {"lines": 0}
    cards, areas = _cards(run, Month.of(run.until), job.show, timezone.localdate())
    wanted = set(run.product_ids)
    named = _named({key: months for key, months in cards.items() if not wanted or key[1] in wanted}, areas)
    if not named:
        raise Refused(N_("No place of this area has any movement until {month}."), month=Month.of(run.until))
    try:
        tried = try_policies(
            named,
            played=(Month.of(run.since), Month.of(run.until)),
            lead=run.lead,
            review=run.review,
            shelf_life=run.shelf_life,
            report=_reporting(job.show),
        )
    except ModuleNotFoundError as fault:
        raise history_files.not_installed(fault) from fault
    job.show(0, 0, KEEPING)
    return {"lines": store_policies(run_id=run.pk, tried=tried, actor=_actor(job), at=timezone.now())}


def allocation(job: JobInHand) -> Mapping[str, Any]:
    """Draw up, work out again, approve or revoke a large allocation plan; begun again it does the same again.

    It reads and computes for as long as it takes, and writes at the end, all at once.

    Raises:
        Refused: as the operation for small plans, or whoever asked for it may not do it any more.
    """
    run = runs.run_of_job(AllocationRun, job.claim.arguments["run"])
    if run.state != runs.State.OPEN:
        return {"plan": run.plan_id}
    job.show(0, 0, FACTS)
    try:
        actor = _person(job)
        ready = prepare_allocation(run=run, report=_reporting(job.show), actor=actor)
        job.show(0, 0, KEEPING)
        return {"plan": carry_out_allocation(run_id=run.pk, ready=ready, actor=actor, at=timezone.now())}
    except (Forbidden, Unknown) as fault:
        raise Refused(
            N_("{name} may not do this any more. Let somebody who may ask for it."), name=job.claim.actor_name
        ) from fault


def _person(job: JobInHand) -> Actor:
    """Who asked for it, with the roles of today: what they decide is done in their name."""
    actor = accounts.actor_by_id(job.claim.actor_id, on=timezone.localdate())
    if actor is None:
        raise Unknown
    return actor


def _actor(job: JobInHand) -> Actor:
    return Actor(job.claim.actor_id, job.claim.actor_name)


def make(run: ForecastRun, *, actor: Actor, show: Show, clock: Clock = timezone.now) -> int:
    """Read the cards, forecast them, keep the forecasts as of when that is done; answers how many.

    Raises:
        Refused: no card of the area has begun by then.
    """
    until = Month.of(run.data_until)
    cards, areas = _cards(run, until, show, timezone.localdate(clock()))
    if not cards:
        raise Refused(
            N_("No place of this area has any movement until {month}, so there is nothing to forecast from."),
            month=until,
        )
    named = _named(cards, areas)
    made = forecast_series(named, run.horizon, profile=run.profile, report=_reporting(show))
    levels = _levels(run, named) if run.profile != PLAIN and not made.missing_package else NO_LEVELS
    show(0, 0, KEEPING)
    accuracies = forecasts.accuracies(run, cards)
    return store_forecast(run_id=run.pk, made=made, accuracies=accuracies, levels=levels, actor=actor, at=clock())


def _levels(run: ForecastRun, named: Sequence[CardOfSeries]) -> Levels:
    """With how much each place is supplied until its next delivery, at the service level that holds for the area."""
    holding = service_of(run.area.path)
    found = levels_of_cards(
        named, Month.of(run.data_until).next, cover_months=holding.cover_months, service=float(holding.service)
    )
    by_series = {(int(facility), int(product)): pieces for (facility, product), pieces in found.items()}
    return Levels(by_series, holding.service, holding.cover_months, chosen=holding.choice is not None)


def _named(cards: Cards, areas: Mapping[int, str]) -> list[CardOfSeries]:
    return [
        CardOfSeries(str(facility), str(product), areas[facility], months)
        for (facility, product), months in cards.items()
    ]


def _cards(run: Run, until: Month, show: Show, today: date) -> tuple[Cards, dict[int, str]]:
    areas = forecasts.facilities_of(run)
    cards: Cards = {}
    done = 0
    for found in monthly.cards(list(areas), until=until, today=today):
        cards |= {(one.facility_id, one.product_id): one.months for one in found if one.months}
        done = min(done + monthly.STORES_AT_ONCE, len(areas))
        show(done, len(areas), READING)
    return joined(cards, catalogue.successors(until.next.last_day)), areas


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
