"""Data quality: everything odd in imported cards, each finding with its rows, and all of it as a workbook."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.exchange import words
from zhixuan.modules.exchange.queries import findings
from zhixuan.modules.exchange.screens import _quality_file, _words
from zhixuan.modules.exchange.screens._words import actor_of
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.stock_cards import KIND_LABELS, Severity
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, MonthFilter, SearchFilter
from zhixuan.shared.ui.naming import localized

COLUMNS = ("month", "line", "opening", "received", "issued", "adjusted", "closing", "stockout_days", "ordered")


def _search(rows: Any, text: str) -> Any:
    return (
        rows.filter(facility__code__icontains=text)
        | rows.filter(facility__name_zh__icontains=text)
        | rows.filter(facility__name_en__icontains=text)
    )


def _products(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, localized(one)) for one in catalogue.products()]


def _badge(row: Any) -> Badge:
    return words.severity_badge(row.severity)


FINDINGS = Listing(
    name="findings",
    title=_lazy("Data quality"),
    columns=(
        Column(
            "text",
            _lazy("What was found"),
            value=words.finding_text,
            href=lambda row: reverse("exchange:finding", args=[row.pk]),
        ),
        Column("kind", _lazy("Kind"), sort="kind", value=lambda row: words.finding_label(row.kind)),
        Column(
            "severity", _lazy("Severity"), "badge", sort="rank", value=lambda row: words.severity_badge(row.severity)
        ),
        Column(
            "site",
            _lazy("Facility"),
            sort="facility__code",
            value=lambda row: localized(row.facility),
            export=lambda row: f"{row.facility.code} {localized(row.facility)}",
        ),
        Column("product", _lazy("Product"), sort="product__code", value=lambda row: localized(row.product)),
        Column(
            "month",
            _lazy("Month"),
            "month",
            sort=("month", "rank"),
            href=lambda row: reverse("exchange:month", args=[row.facility_id, f"{row.month:%Y-%m}"]),
        ),
        Column("lines", _lazy("Lines of the file"), value=lambda row: ", ".join(map(str, row.lines)), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Facility"), _search),
        ChoiceFilter(
            "kind",
            _lazy("Kind"),
            [(kind.value, _lazy(label)) for kind, label in KIND_LABELS.items()],
            lambda rows, value: rows.filter(kind=value),
            everything=_lazy("All kinds"),
        ),
        ChoiceFilter(
            "severity",
            _lazy("Severity"),
            [(severity.value, words.SEVERITY_LABELS[severity]) for severity in Severity],
            lambda rows, value: rows.filter(severity=value),
            everything=_lazy("All severities"),
        ),
        ChoiceFilter(
            "product",
            _lazy("Product"),
            _products,
            lambda rows, value: rows.filter(product__code=value),
            everything=_lazy("All products"),
        ),
        MonthFilter("month", _lazy("Month"), lambda rows, value: rows.filter(month=value)),
    ),
    default_sort="-month",
    empty=Empty(
        _lazy("Nothing odd was found"),
        _lazy("What is odd in imported stock cards is listed here; nothing is ever changed in silence."),
        icon="circle-check",
    ),
)


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """All findings in sight, with a picture of the kinds above."""
    held = findings.findings_for(actor_of(request))
    context = {
        "severities": lambda: _severities(findings.counts_by_severity(held)),
        "chart": lambda: _words.kinds_chart(findings.counts_by_kind(held), reverse("exchange:quality")),
    }
    return FINDINGS.response(request, held, template="exchange/quality.html", context=context)


def _severities(counts: dict[str, int]) -> list[tuple[Badge, int, str]]:
    return [(words.severity_badge(one), counts.get(one.value, 0), one.value) for one in Severity]


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """The whole data-quality report as a workbook: summary, sites, findings with the figures they stand on."""
    content = _quality_file.workbook(findings.findings_for(actor_of(request)))
    headers = {"Content-Disposition": 'attachment; filename="data-quality.xlsx"'}
    return HttpResponse(content, XLSX, headers=headers)


HEADINGS = {
    "month": _lazy("Month"),
    "line": _lazy("Line"),
    "opening": pgettext_lazy("card", "Opening"),
    "received": pgettext_lazy("card", "Received"),
    "issued": pgettext_lazy("card", "Issued"),
    "adjusted": pgettext_lazy("card", "Adjusted"),
    "closing": pgettext_lazy("card", "Closing"),
    "stockout_days": _lazy("Stock-out days"),
    "ordered": pgettext_lazy("card", "Ordered"),
}


@require_GET
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding with the rows it stands on, the offending values marked."""
    one = findings.finding(actor_of(request), finding_id)
    rows = findings.rows_of(one)
    context = {
        "finding": one,
        "text": words.finding_text(one),
        "kind": words.finding_label(one.kind),
        "badge": words.severity_badge(one.severity),
        "headings": [HEADINGS[column] for column in COLUMNS],
        "rows": [_cells(shown) for shown in rows],
        "chart": _chart(rows),
        "stock_card": reverse("stock:card", args=[one.facility_id, one.product_id]) + _days(rows),
    }
    return render(request, "exchange/finding.html", context)


def _days(rows: list[findings.ShownRow]) -> str:
    """The stock card is opened at the days of the rows."""
    months = [Month.of(shown.row.month) for shown in rows]
    return f"?since={min(months).first_day}&until={max(months).last_day}" if months else ""


def _cells(shown: findings.ShownRow) -> dict[str, Any]:
    row = shown.row
    cells = [
        {
            "label": HEADINGS[column],
            "text": f"{row.month:%Y-%m}" if column == "month" else getattr(row, column),
            "is_number": column != "month",
            "is_marked": column in shown.marked,
        }
        for column in COLUMNS
    ]
    return {"cells": cells, "is_subject": shown.is_subject, "standing": row.get_standing_display(), "row": row}


def _chart(rows: list[findings.ShownRow]) -> dict[str, Any] | None:
    counting = [shown.row for shown in rows if shown.row.standing == "counts"]
    if len(counting) < 3:
        return None
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [f"{row.month:%Y-%m}" for row in counting]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"name": pgettext("card", "Received"), "type": "bar", "data": [row.received for row in counting]},
            {"name": pgettext("card", "Issued"), "type": "bar", "data": [row.issued for row in counting]},
            {"name": pgettext("card", "Closing"), "type": "line", "data": [row.closing for row in counting]},
        ],
    }
