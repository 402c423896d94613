"""Words and charts of forecasts, for screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import forecasts
from zhixuan.modules.planning.queries.file_forecasts import FileForecastLine
from zhixuan.modules.planning.queries.forecasts import ForecastLine, ForecastRun
from zhixuan.rules.periods import Month
from zhixuan.shared.ui.formats import number

AnyLine = ForecastLine | FileForecastLine
METHODS: dict[str, Promise] = {
    "borrowed": _lazy("Leans on its likes"),
    "medians": _lazy("Medians"),
    "combined-new": _lazy("Model, begun lately"),
    "combined-idle": _lazy("Model, nothing issued for a year"),
    "combined-smooth": _lazy("Model and methods, steady use"),
    "combined-erratic": _lazy("Model and methods, changing use"),
    "combined-intermittent": _lazy("Model and methods, use now and then"),
    "combined-lumpy": _lazy("Model and methods, rare and uneven use"),
}
WHY: dict[str, Promise] = {
    "borrowed": _lazy(
        "There are fewer than four months with a report, so it leans on the same product near by, or everywhere."
    ),
    "medians": _lazy(
        "The middle of the newest twelve months with a report, and their spread. No model: there is too little history "
        "for one, or the packages for it are not installed."
    ),
    "combined-new": _lazy("A model that has learned from all places; this one has begun lately."),
    "combined-idle": _lazy("Nothing was issued in the newest twelve months; the model expects little."),
    "combined-smooth": _lazy(
        "Use is steady. A model that has learned from all places is mixed with the methods that did best "
        "for such series."
    ),
    "combined-erratic": _lazy(
        "Something is used every month, but much more in some. The model is mixed with the methods that did best "
        "for such series."
    ),
    "combined-intermittent": _lazy(
        "In some months nothing is used. The model is mixed with the methods that did best for such series."
    ),
    "combined-lumpy": _lazy(
        "In many months nothing is used, and the amounts differ much. Trust the range more than the middle."
    ),
}
BASES: dict[str, Promise] = {
    "recorded": _lazy("as recorded"),
    "normalised": _lazy("as if it had been in stock all month"),
    "censored": _lazy("out of stock: more may have been needed"),
    "missing": _lazy("no report: missing, not zero"),
}
MARKS: dict[str, Promise] = {
    "negative": _lazy("more came back than went out; counted as nothing"),
    "outlier": _lazy("far from what is usual here"),
    "unit_jump": _lazy("from here on at another level: perhaps another unit"),
}
PROFILES: dict[str, Promise] = {
    "full": _lazy("All methods, tried on the past (minutes)"),
    "fast": _lazy("The model with one look back (quicker)"),
    "plain": _lazy("Medians only (seconds, needs no further package)"),
}


def method_of(line: AnyLine) -> str:
    return str(METHODS.get(line.method, line.method))


def why(line: AnyLine) -> str:
    return str(WHY.get(line.method, ""))


def marks_of(line: AnyLine) -> list[tuple[str, str]]:
    """Month and what is odd about it."""
    return [(month, str(MARKS[kind])) for kind, month in line.marks if kind in MARKS]


def share(value: Decimal | float | None) -> str:
    """0.25 as 25 %."""
    return "" if value is None else f"{number(float(value) * 100, 0)} %"


def bias(value: Decimal | float | None) -> str:
    """+12 % too high, -12 % too low."""
    return "" if value is None else f"{float(value) * 100:+.0f} %"


def service(one: ForecastRun) -> str:
    """What the order-up-to levels of a run are made for; empty where it has none."""
    if one.service is None:
        return ""
    return _("{share} %, for {months} months").format(share=number(one.service * 100, 0), months=one.cover_months)


def ahead_of(line: AnyLine) -> list[tuple[str, list[float]]]:
    """Months ahead, each with its figures in the order of the page's table."""
    first = Month.of(line.run.data_until).next
    names = ("median", "mean", "p10", "p80", "p90", "p95")
    return [(str(first.plus(step)), [line.figures[name][step] for name in names]) for step in range(line.run.horizon)]


def chart(
    line: AnyLine, issued: Mapping[Month, float | int | None], past: Sequence[ForecastLine] = ()
) -> dict[str, Any]:
    """History, the fan ahead, and what earlier forecasts said. The spread is drawn as two stacked bands."""
    first = Month.of(line.run.data_until).next
    ahead = [first.plus(step) for step in range(line.run.horizon)]
    months = sorted(set(issued) | set(ahead))
    figures = {name: dict(zip(ahead, line.figures[name], strict=True)) for name in line.figures}
    band = {month: round(figures["p90"][month] - figures["p10"][month], 2) for month in ahead}
    hidden = {"lineStyle": {"opacity": 0}, "stack": "spread", "tooltip": {"show": False}, "silent": True}
    series: list[dict[str, Any]] = [
        _line(_("Issued"), months, issued, itemStyle={}, z=5),
        _line(_("Forecast, middle"), months, figures["median"], lineStyle={"width": 2, "type": "dashed"}, z=4),
        _line(_("Forecast, mean"), months, figures["mean"], lineStyle={"width": 1, "type": "dotted"}, z=3),
        _line("p10", months, figures["p10"], **hidden),
        _line(_("In eight of ten cases between"), months, band, areaStyle={"opacity": 0.18}, **hidden),
    ]
    for one in past:
        said = {month: it.median for month, it in forecasts.said_by(one).items() if month in set(months)}
        name = _("Said with data until {month}").format(month=Month.of(one.run.data_until))
        series.append(_line(name, months, said, lineStyle={"width": 1, "type": "dashed"}))
    return {
        "legend": {"data": [one["name"] for one in series if one["name"] != "p10"]},
        "xAxis": {"type": "category", "data": [str(month) for month in months]},
        "yAxis": {"type": "value", "min": 0},
        "series": series,
    }


def _line(
    name: str, months: Sequence[Month], values: Mapping[Month, float | int | None], **looks: Any
) -> dict[str, Any]:
    """A line with gaps where nothing is known: missing is not zero."""
    return {"name": name, "type": "line", "data": [values.get(month) for month in months], **looks}
