"""Forecasts in sight: runs, their lines, what earlier ones said, and what the history was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.models import ForecastLine, ForecastRun
from zhixuan.modules.planning.queries.runs import Run, runs_in_sight
from zhixuan.modules.stock.queries import monthly
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.accuracy import MONTHS_AT_LEAST, WRONG_FROM, Accuracy, Said, accuracy, latest_said
from zhixuan.rules.stock.facts import MonthOfCard
from zhixuan.rules.stock.joining import joined
from zhixuan.shared.access import Actor, the_one

__all__ = ["ForecastLine", "ForecastRun"]

Series = tuple[int, int]
"""(facility id, product id)"""


def runs_for(actor: Actor) -> QuerySet[ForecastRun]:
    """Runs of the areas in sight, latest first, with lines in all."""
    return runs_in_sight(ForecastRun, actor).annotate(lines_in_all=Count("lines"))


def run(actor: Actor, run_id: int) -> ForecastRun:
    """One run.

    Raises:
        Unknown: none such in sight.
    """
    return the_one(runs_for(actor).filter(pk=run_id))


def current_lines(actor: Actor) -> QuerySet[ForecastLine]:
    """The newest forecast of every product at every place in sight."""
    rows = ForecastLine.objects.filter(visible(actor, "facility"), current=True)
    return rows.select_related("facility", "product__method", "run").order_by(
        "facility__area_path", "facility__code", "product__method__position", "product__code"
    )


def lines_of(run_id: int) -> QuerySet[ForecastLine]:
    """Lines of a run, by place and product."""
    rows = ForecastLine.objects.filter(run_id=run_id).select_related("facility", "product__method", "run")
    return rows.order_by("facility__area_path", "facility__code", "product__method__position", "product__code")


def current_line(facility_id: int, product_id: int) -> ForecastLine | None:
    """The newest forecast of one series, for whoever sees the facility."""
    rows = ForecastLine.objects.filter(facility=facility_id, product=product_id, current=True)
    return rows.select_related("run__area").first()


def past_lines(facility_id: int, product_id: int) -> list[ForecastLine]:
    """Every forecast that was made of one series, latest data first."""
    rows = ForecastLine.objects.filter(facility=facility_id, product=product_id).select_related("run")
    return list(rows.order_by("-run__data_until", "-run_id"))


def history(facility_id: int, product_id: int, *, today: date) -> list[MonthOfCard]:
    """What a forecast of one series stands on: its card by month until the latest full one, with those of the products
    that it took the place of."""
    until = monthly.newest_full_month(today)
    successors = catalogue.successors(until.next.last_day)
    older = {pk: step for pk, step in successors.items() if step.product == product_id}
    cards = {(facility_id, pk): monthly.card(facility_id, pk, until=until, today=today) for pk in (product_id, *older)}
    return joined({series: months for series, months in cards.items() if months}, older).get(
        (facility_id, product_id), []
    )


def facilities_of(one: Run) -> dict[int, str]:
    """Facilities that a run speaks of, with the area whose places are their likes: villages stand with the township."""
    rows = (
        directory.all_facilities().filter(area_path__startswith=one.area.path).values_list("pk", "area_path", "level")
    )
    village = directory.Area.Level.VILLAGE
    return {pk: path.rstrip("/").rpartition("/")[0] + "/" if level == village else path for pk, path, level in rows}


def series_with_newer_data(one: ForecastRun) -> frozenset[Series]:
    """Places and products of the run's area whose current forecast has looked at newer months than it does."""
    rows = ForecastLine.objects.filter(
        current=True, facility__area_path__startswith=one.area.path, run__data_until__gt=one.data_until
    )
    return frozenset(rows.values_list("facility_id", "product_id"))


def series_that_ended(one: ForecastRun) -> list[Series]:
    """Current forecasts of the run's area of products that others have taken the place of by the run's first month."""
    gone = catalogue.successors(Month.of(one.data_until).next.last_day)
    rows = ForecastLine.objects.filter(
        current=True,
        product__in=list(gone),
        facility__area_path__startswith=one.area.path,
        run__data_until__lte=one.data_until,
    )
    return list(rows.values_list("facility_id", "product_id"))


def said_by(line: ForecastLine) -> dict[Month, Said]:
    """What a forecast said of each month."""
    first = Month.of(line.run.data_until).next
    pairs = zip(line.figures["median"], line.figures["mean"], strict=True)
    return {first.plus(step): Said(*pair) for step, pair in enumerate(pairs)}


def accuracy_of(lines: Iterable[ForecastLine], months: Iterable[MonthOfCard]) -> Accuracy:
    """How far off the forecasts of one series were; of each month the last forecast before it counts."""
    came = {one.month: max(0, one.issued) for one in months if one.issued is not None}
    said = latest_said([(Month.of(line.run.data_until), said_by(line)) for line in lines])
    return accuracy(said, came)


def accuracies(one: ForecastRun, cards: Mapping[Series, list[MonthOfCard]]) -> dict[Series, Accuracy]:
    """Of all earlier forecasts of the run's area."""
    earlier: dict[Series, list[ForecastLine]] = defaultdict(list)
    rows = ForecastLine.objects.filter(
        facility__area_path__startswith=one.area.path, run__data_until__lt=one.data_until
    ).select_related("run")
    for line in rows.only("facility_id", "product_id", "figures", "run__data_until").iterator(chunk_size=2000):
        earlier[line.facility_id, line.product_id].append(line)
    return {series: accuracy_of(found, cards[series]) for series, found in earlier.items() if series in cards}


def gone_wrong() -> Q:
    """Lines whose earlier forecasts were far off (`rules/planning/accuracy`)."""
    return Q(months_compared__gte=MONTHS_AT_LEAST, off__gt=WRONG_FROM)
