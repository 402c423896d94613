"""From cards to forecasts of single series in plain Python, for whoever stores and shows them.

The heavy packages are imported where they are used. Where they are not installed, the plain medians serve, and the
answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from zhixuan.rules.periods import Month
from zhixuan.rules.planning.plain import plain_forecasts
from zhixuan.rules.stock.facts import MonthOfCard

if TYPE_CHECKING:
    import polars as pl

QUANTILES: Final = ("p10", "median", "p80", "p90", "p95")
FIGURES: Final = ("mean", *QUANTILES)
DIGITS: Final = 2
PLAIN: Final = "plain"
Report = Callable[[int, int], None]
Series = tuple[str, str]
"""(facility, product)"""


@dataclass(frozen=True, slots=True)
class CardOfSeries:
    """A card with its names for the model; `area` is what its likes are looked for in."""

    facility: str
    product: str
    area: str
    months: Sequence[MonthOfCard]


@dataclass(frozen=True, slots=True)
class SeriesForecast:
    """Pieces a month ahead, a list as long as the horizon for each of FIGURES; why it is as it is; odd months.

    Args:
        marks: (what, month): `negative` more came back than went out and it counted as nothing, `outlier`, `unit_jump`.
    """

    facility: str
    product: str
    method: str
    reported: int
    figures: Mapping[str, list[float]]
    marks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """All forecasts, and the package that was missing (empty: none) for more than the plain ones."""

    series: list[SeriesForecast]
    missing_package: str = ""


def forecast_series(cards: Sequence[CardOfSeries], horizon: int, *, profile: str, report: Report) -> Made:
    """Forecast every card that has begun.

    Args:
        horizon: months after the newest of any card, 1 to 24.
        profile: of `forecasting.Profile`, or `plain` for the medians alone.
        report: told how far it is; may raise to stop.

    Raises:
        ValueError: no card, or a horizon outside 1-24.
    """
    if profile == PLAIN:
        return Made(_plain(cards, horizon))
    try:
        made = _modelled(table_of(cards), horizon, profile, report)
    except ModuleNotFoundError as fault:
        return Made(_plain(cards, horizon), missing_package=fault.name or "polars")
    below_zero = {(card.facility, card.product): _below_zero(card) for card in cards}
    return Made([replace(one, marks=below_zero[one.facility, one.product] + one.marks) for one in made])


def forecast_table(table: pl.DataFrame, horizon: int, *, profile: str, report: Report) -> Made:
    """The same of a fact table (`tables.FACTS`), whatever it was read from.

    Raises:
        ValueError: an empty table, or a horizon outside 1-24.
    """
    if profile == PLAIN:
        return Made(_plain_of_table(table, horizon))
    try:
        return Made(_modelled(table, horizon, profile, report))
    except ModuleNotFoundError as fault:
        return Made(_plain_of_table(table, horizon), missing_package=fault.name or "lightgbm")


def _plain(cards: Sequence[CardOfSeries], horizon: int) -> list[SeriesForecast]:
    newest = max(card.months[-1].month for card in cards)
    issued = {(card.facility, card.product): _issued(card, newest) for card in cards}
    reported = {(card.facility, card.product): sum(one.reported for one in card.months) for card in cards}
    marks = {(card.facility, card.product): _below_zero(card) for card in cards}
    return _medians(issued, horizon, reported, marks)


def _plain_of_table(table: pl.DataFrame, horizon: int) -> list[SeriesForecast]:
    import polars as pl

    from zhixuan.analytics.history import history

    whole = history(table).with_columns(issued=pl.when("reported").then("issued"))
    lists = whole.group_by("facility", "product", maintain_order=True).agg("issued")
    issued = {(facility, product): values for facility, product, values in lists.iter_rows()}
    return _medians(issued, horizon, _reported(whole), _odd_months(whole))


def _medians(
    issued: Mapping[Series, Sequence[float | None]],
    horizon: int,
    reported: Mapping[Series, int],
    marks: Mapping[Series, list[tuple[str, str]]],
) -> list[SeriesForecast]:
    answers = []
    for series, one in plain_forecasts(issued).items():
        figures = {"mean": one.mean} | dict(zip(QUANTILES, one.levels, strict=True))
        ahead = {name: [round(value, DIGITS)] * horizon for name, value in figures.items()}
        method = "borrowed" if one.borrowed else "medians"
        answers.append(SeriesForecast(*series, method, reported[series], ahead, marks.get(series, [])))
    return answers


def _issued(card: CardOfSeries, newest: Month) -> list[float | None]:
    ended = card.months[-1].month
    return [None if one.issued is None else float(one.issued) for one in card.months] + [None] * (
        newest.ordinal - ended.ordinal
    )


def _below_zero(card: CardOfSeries) -> list[tuple[str, str]]:
    return [("negative", str(one.month)) for one in card.months if one.issued is not None and one.issued < 0]


def _modelled(table: pl.DataFrame, horizon: int, profile: str, report: Report) -> list[SeriesForecast]:
    """Through the one fact table: what the model learns from is what the marks and the screens speak of."""
    import polars as pl

    from zhixuan.analytics.forecasting import Profile, forecast
    from zhixuan.analytics.history import history
    from zhixuan.analytics.tables import FACTS

    whole = history(table)
    known = whole.select(FACTS.keys())
    found = forecast(known, horizon, profile=Profile(profile), report=lambda done, total: report(done, total))
    marks, reported = _odd_months(whole), _reported(whole)
    return [
        SeriesForecast(*key, method, reported[key], figures, marks.get(key, []))
        for key, method, figures in _grouped(found.with_columns(pl.col(list(FIGURES)).round(DIGITS)))
    ]


def _reported(whole: pl.DataFrame) -> dict[Series, int]:
    """Months with a report of each series."""
    counts = whole.group_by("facility", "product").agg(whole["reported"].name)
    return {(facility, product): sum(values) for facility, product, values in counts.iter_rows()}


def _odd_months(whole: pl.DataFrame) -> dict[Series, list[tuple[str, str]]]:
    """What a person should look at, by series: (what, month)."""
    marks: dict[Series, list[tuple[str, str]]] = {}
    for row in whole.filter(whole["outlier"] | whole["unit_jump"]).iter_rows(named=True):
        what = "unit_jump" if row["unit_jump"] else "outlier"
        marks.setdefault((row["facility"], row["product"]), []).append((what, f"{row['month']:%Y-%m}"))
    return marks


def _grouped(found: pl.DataFrame) -> Iterator[tuple[tuple[str, str], str, dict[str, list[float]]]]:
    lists = found.group_by("facility", "product", maintain_order=True).agg(
        *(found[name].name for name in FIGURES), first_method=found["method"].name
    )
    for row in lists.iter_rows(named=True):
        yield (row["facility"], row["product"]), row["first_method"][0], {name: row[name] for name in FIGURES}


def table_of(cards: Sequence[CardOfSeries]) -> pl.DataFrame:
    """The fact table; issues below zero count as nothing, since nobody needs less than nothing."""
    import polars as pl

    from zhixuan.analytics.tables import facts

    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for card in cards:
        for one in card.months:
            issued = None if one.issued is None else max(0, one.issued)
            row = (card.facility, card.product, one.month.first_day, card.area, one.opening, one.received, issued)
            rest = (one.adjusted, one.closing, one.stockout_days, one.reported)
            for name, value in zip(COLUMNS, (*row, *rest), strict=True):
                columns[name].append(value)
    return facts(pl.DataFrame(columns, strict=False))


COLUMNS: Final = (
    "facility",
    "product",
    "month",
    "area",
    "opening",
    "received",
    "issued",
    "adjusted",
    "closing",
    "stockout_days",
    "reported",
)
