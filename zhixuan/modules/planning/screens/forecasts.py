"""The newest forecast of every series in sight, and one series with its history."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import forecasts as queries
from zhixuan.modules.planning.queries.forecasts import ForecastLine
from zhixuan.modules.planning.screens import forecast_words as words
from zhixuan.modules.stock import permissions as stock_permissions
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.periods import Month
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import Action, ChoiceFilter, Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized

PAST_SHOWN = 3
HISTORY_SHOWN = 36
NEW = Action(_lazy("Make a forecast"), lambda: reverse("planning:new_forecast"), "trending-up")


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q()
    for side in ("facility", "product"):
        for field in ("code__iexact", "name_zh__icontains", "name_en__icontains"):
            found |= Q(**{f"{side}__{field}": text})
    return rows.filter(found)


def _figure(name: str) -> Any:
    """A figure of the month right ahead."""
    return lambda line: line.figures[name][0]


FIGURES = (
    Column(
        "next_median", _lazy("Next month, middle"), "number", sort="next_median", hint=_lazy("As often more as less")
    ),
    Column("p10", _lazy("Rarely below"), "number", value=_figure("p10"), hint=_lazy("One case in ten is lower")),
    Column("p90", _lazy("Rarely above"), "number", value=_figure("p90"), hint=_lazy("One case in ten is higher")),
    Column(
        "year_mean",
        _lazy("Twelve months together"),
        "number",
        sort="year_mean",
        places=0,
        hint=_lazy("The sum of the means: what to supply"),
    ),
)
"""What every list of forecast series shows of the months ahead."""
COLUMNS = (
    Column("facility", _lazy("Place"), value=lambda line: localized(line.facility), sort="facility__code"),
    Column(
        "product",
        _lazy("Product"),
        value=lambda line: localized(line.product),
        href=lambda line: address("planning:forecast", line.facility_id, line.product_id),
        sort="product__name_{language}",
        secondary=lambda line: unit_of(line.product),
    ),
    *FIGURES,
    Column(
        "order_up_to",
        _lazy("Order up to"),
        "number",
        sort="order_up_to",
        hint=_lazy("At hand and on order together, after an order, at the service level that holds"),
    ),
    Column(
        "method",
        _lazy("Method"),
        value=words.method_of,
        sort="method",
        phone=False,
        secondary=lambda line: ngettext("{count} month", "{count} months", line.reported).format(count=line.reported),
    ),
    Column(
        "off",
        _lazy("Earlier ones were off"),
        value=lambda line: words.share(line.off),
        export=lambda line: words.share(line.off),
        sort="off",
        hint=_lazy("Errors of the middle over what was issued, in the months that have come since"),
    ),
)
BY_METHOD = ChoiceFilter(
    "method", _lazy("Method"), list(words.METHODS.items()), lambda rows, value: rows.filter(method=value)
)
ODD_MONTHS = ToggleFilter("odd", _lazy("Odd months in the history"), lambda rows: rows.exclude(marks=[]))
FILTERS = (
    SearchFilter("q", _lazy("Search"), _search, _lazy("Place or product")),
    BY_METHOD,
    ToggleFilter("wrong", _lazy("Earlier ones went wrong"), lambda rows: rows.filter(queries.gone_wrong())),
    ODD_MONTHS,
)
LINES = Listing(
    name="forecasts",
    title=_lazy("Forecasts"),
    columns=COLUMNS,
    filters=FILTERS,
    empty=Empty(
        _lazy("No forecasts yet"),
        _lazy("They are made in the background from what was issued in the past, for every place and product."),
        NEW,
        icon="trending-up",
    ),
)


def forecasts(request: ActorRequest) -> HttpResponse:
    """The newest forecast of every product at every place in sight."""
    context = {"tab": "series", "may_plan": request.actor.has(permissions.PLAN)}
    rows = queries.current_lines(request.actor)
    return LINES.response(request, rows, template="planning/forecasts.html", context=context)


def series(request: ActorRequest, facility_id: int, product_id: int) -> HttpResponse:
    """One series: history, the fan ahead, earlier forecasts and how far they were off, the method and why."""
    facility = directory.facility(request.actor, facility_id)
    if not request.actor.may(stock_permissions.VIEW, area_path=facility.area_path, facility_id=facility.pk):
        raise Unknown
    product = catalogue.product(product_id)
    today = timezone.localdate()
    lines = queries.past_lines(facility_id, product_id)
    line = next((one for one in lines if one.current), None)
    history = queries.history(facility_id, product_id, today=today)[-HISTORY_SHOWN:]
    past = [one for one in lines if line and one.run.data_until < line.run.data_until][:PAST_SHOWN]
    context = {
        "facility": facility,
        "product": product,
        "unit": unit_of(product),
        "line": line,
        "history": history[::-1],
        "may_plan": request.actor.has(permissions.PLAN),
    }
    if line is not None:
        context |= _shown(line, history, past)
    return render(request, "planning/forecast.html", context)


def _shown(line: ForecastLine, history: list[Any], past: list[ForecastLine]) -> dict[str, Any]:
    earlier = []
    for one in past:
        found = queries.accuracy_of([one], history)
        earlier.append((one.run, found.months, words.share(found.off), words.bias(found.bias)))
    return {
        "chart": words.chart(line, {one.month: one.issued for one in history}, past),
        "method": words.method_of(line),
        "why": words.why(line),
        "marks": words.marks_of(line),
        "service": words.service(line.run),
        "ahead": words.ahead_of(line),
        "earlier": earlier,
        "data_until": Month.of(line.run.data_until),
    }
