"""Forecasts of records brought in a file: how far each is, its series, the answer as a file."""

from __future__ import annotations

import io
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.cancel_file_forecast import cancel_file_forecast
from zhixuan.modules.planning.operations.resume_file_forecast import resume_file_forecast
from zhixuan.modules.planning.queries import file_forecasts as queries
from zhixuan.modules.planning.queries.file_forecasts import FileForecast
from zhixuan.modules.planning.screens import background
from zhixuan.modules.planning.screens import forecast_words as words
from zhixuan.modules.planning.screens.forecasts import BY_METHOD, FIGURES, ODD_MONTHS
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, csv_bytes, write_xlsx
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.listing import Action, Column, Empty, Listing, SearchFilter

NEW = Action(_lazy("Forecast a file"), lambda: reverse("planning:new_file_forecast"), "upload")


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(facility__icontains=text) | Q(product__icontains=text))


RUNS = Listing(
    name="file-forecasts",
    title=_lazy("Forecasts from files"),
    columns=(
        Column(
            "file_name",
            _lazy("File"),
            href=lambda run: reverse("planning:file_forecast", args=[run.pk]),
            sort="file_name",
        ),
        Column("data_until", _lazy("Data until"), "month", sort="data_until"),
        Column("horizon", _lazy("Months ahead"), "number", sort="horizon"),
        Column("profile", _lazy("Work put in"), value=lambda run: str(words.PROFILES[run.profile]), phone=False),
        Column("state", _lazy("State"), "badge", value=lambda run: background.state_badge(run)),
        Column("series", _lazy("Series"), "number", sort="series"),
        Column("asked_at", pgettext_lazy("run", "Asked for"), "datetime", sort="asked_at"),
    ),
    empty=Empty(
        _lazy("No forecasts from files yet"),
        _lazy("Bring monthly records of any place and product as Excel or CSV. Only you see them, and the answer."),
        NEW,
        icon="trending-up",
    ),
)


LINES = Listing(
    name="file-forecast-lines",
    title=_lazy("Series of this forecast"),
    columns=(
        Column("facility", _lazy("Place"), sort="facility"),
        Column(
            "product",
            _lazy("Product"),
            href=lambda line: reverse("planning:file_forecast_line", args=[line.run_id, line.pk]),
            sort="product",
        ),
        *FIGURES,
        Column(
            "method",
            _lazy("Method"),
            value=words.method_of,
            sort="method",
            secondary=lambda line: ngettext("{count} month", "{count} months", line.reported).format(
                count=line.reported
            ),
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Place or product")),
        BY_METHOD,
        ODD_MONTHS,
    ),
)


def runs(request: ActorRequest) -> HttpResponse:
    """The reader's own, latest first."""
    context = {"tab": "files", "may_plan": request.actor.has(permissions.PLAN)}
    return RUNS.response(request, queries.runs_for(request.actor), template="planning/forecasts.html", context=context)


def run(request: ActorRequest, run_id: int) -> HttpResponse:
    """One forecast: what it stands on, how far it is, its series."""
    one = queries.run(request.actor, run_id)
    context = {
        **background.context_of(request, one, "file_forecast"),
        "data_until": Month.of(one.data_until),
        "profile": words.PROFILES[one.profile],
    }
    return LINES.response(request, queries.lines_of(run_id), template="planning/file_forecast.html", context=context)


def line(request: ActorRequest, run_id: int, line_id: int) -> HttpResponse:
    """One series: history, the fan ahead, the method and why."""
    one = queries.line(request.actor, run_id, line_id)
    try:
        history = queries.history(one)
    except Refused:
        history = []
    context = {
        "line": one,
        "data_until": Month.of(one.run.data_until),
        "chart": words.chart(one, {month: issued for month, issued, _days, _basis in history}),
        "history": [(*row[:3], words.BASES[row[3]]) for row in history[::-1]],
        "method": words.method_of(one),
        "why": words.why(one),
        "marks": words.marks_of(one),
        "ahead": words.ahead_of(one),
    }
    return render(request, "planning/file_forecast_line.html", context)


def table(request: ActorRequest, run_id: int, kind: str) -> HttpResponse:
    """The whole answer as a file, with the columns that `zhixuan forecast` writes."""
    one = queries.run(request.actor, run_id)
    if kind not in {"csv", "xlsx"} or one.state != FileForecast.State.DONE:
        raise Unknown
    text = {2, 3, 11}
    columns = [
        ColumnSpec(title, ColumnKind.TEXT if place in text else ColumnKind.DECIMAL)
        for place, title in enumerate(queries.columns_of(one))
    ]
    rows = queries.rows_of(one)
    if kind == "csv":
        content, media = csv_bytes(columns=columns, rows=rows), "text/csv; charset=utf-8"
    else:
        stream = io.BytesIO()
        write_xlsx(stream, sheet=_("Forecast"), columns=columns, rows=rows)
        content, media = stream.getvalue(), XLSX
    name = f"forecast-{one.pk}.{kind}"
    return HttpResponse(content, media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def progress(request: ActorRequest, run_id: int) -> HttpResponse:
    """The bar of a run under way."""
    return background.progress_of(request, queries.run(request.actor, run_id), "file_forecast")


@require_POST
def cancel(request: ActorRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    said = _("The forecast is stopped. Nothing of it was kept; it can be begun again.")
    return background.stopped(request, _address(run_id), cancel_file_forecast, said, run_id)


@require_POST
def resume(request: ActorRequest, run_id: int) -> HttpResponse:
    """Begin a run again."""
    return background.resumed(request, _address(run_id), resume_file_forecast, queries.run(request.actor, run_id))


def _address(run_id: int) -> str:
    return reverse("planning:file_forecast", args=[run_id])
