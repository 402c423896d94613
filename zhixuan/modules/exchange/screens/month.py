"""A month of one site, readable as a stock card."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.exchange import words
from zhixuan.modules.exchange.queries.month_reports import MonthReport, months_of, report_of_month
from zhixuan.modules.exchange.screens._words import actor_of
from zhixuan.modules.stock import permissions as stock
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.ui.naming import choose, localized


@require_GET
def latest(request: HttpRequest, facility_id: int) -> HttpResponse:
    """The latest month that a site has reported."""
    _permit(request, facility_id)
    months = months_of(facility_id)
    if not months:
        raise Unknown
    return HttpResponseRedirect(reverse("exchange:month", args=[facility_id, str(months[-1])]))


@require_GET
def month(request: HttpRequest, facility_id: int, month: str) -> HttpResponse:
    """All products of one month at one site: opening, in, out, closing, and what is odd."""
    _permit(request, facility_id)
    chosen = _month(request.GET.get("month") or month)
    if str(chosen) != month:
        return HttpResponseRedirect(reverse("exchange:month", args=[facility_id, str(chosen)]))
    facility = directory.facility(actor_of(request), facility_id)
    report = report_of_month(facility_id, chosen)
    context = {
        "facility": facility,
        "report": report,
        "lines": [_line(line, facility_id, chosen) for line in report.lines],
        "months": [str(one) for one in reversed(months_of(facility_id))],
        "odd": sum(len(line.findings) for line in report.lines),
        **_neighbours(report, facility_id),
    }
    return render(request, "exchange/month.html", context)


def _permit(request: HttpRequest, facility_id: int) -> None:
    stock.require(actor_of(request), stock.VIEW, places_of(facility_id))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Refused:
        raise Unknown from None


def _neighbours(report: MonthReport, facility_id: int) -> dict[str, str]:
    def address(one: Month | None) -> str:
        return reverse("exchange:month", args=[facility_id, str(one)]) if one else ""

    return {"previous": address(report.previous), "next": address(report.next)}


def _line(line: Any, facility_id: int, month: Month) -> dict[str, Any]:
    product = line.product
    card = reverse("stock:card", args=[facility_id, product.pk])
    return {
        "product": localized(product),
        "piece": choose(product.piece_zh, product.piece_en),
        "row": line.row,
        "ledger": line.ledger,
        "agrees": line.agrees,
        "card": f"{card}?since={month.first_day}&until={month.last_day}",
        "findings": [
            {
                "id": one.pk,
                "text": words.finding_text(one),
                "label": words.finding_label(one.kind),
                "colour": words.severity_badge(one.severity).colour,
            }
            for one in line.findings
        ],
    }
