"""Counts: what is due first, then every sheet; and what they found over time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import STATE_LABELS, Count
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.standing import FacilityStanding, standings
from zhixuan.modules.counting.screens import words
from zhixuan.modules.stock.screens.words import rounded
from zhixuan.rules.counting.due import Standing
from zhixuan.rules.counting.states import CountState
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.export import workbook_response
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized


def _search(rows: Any, text: str) -> Any:
    return (
        rows.filter(number__icontains=text)
        | rows.filter(facility__name_zh__icontains=text)
        | rows.filter(facility__name_en__icontains=text)
        | rows.filter(facility__code__icontains=text)
    )


def _progress(count: Any) -> str:
    return f"{count.line_done} / {count.line_total}"


COUNTS = Listing(
    name="counts",
    title=_lazy("Count sheets"),
    columns=(
        Column(
            "number", _lazy("Count sheet"), sort="number", href=lambda one: reverse("counting:count", args=[one.pk])
        ),
        Column(
            "facility", _lazy("Facility"), value=lambda one: localized(one.facility), sort="facility__name_{language}"
        ),
        Column("state", _lazy("State"), "badge", value=lambda one: words.state_badge(one.state), sort="state"),
        Column("scope", _lazy("What is counted"), value=words.scope_of, phone=False),
        Column("progress", _lazy("Lots counted"), value=_progress),
        Column("opened_at", _lazy("Opened"), "datetime", sort="opened_at"),
        Column("opened_by_name", _lazy("By"), phone=False),
        Column(
            "slip",
            _lazy("Slip"),
            value=lambda one: "→" if one.event_id else "",
            phone=False,
            href=lambda one: _slip(one),
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, placeholder=_lazy("Sheet or facility")),
        ChoiceFilter(
            "state",
            _lazy("State"),
            [(state.value, STATE_LABELS[state]) for state in CountState],
            lambda rows, value: rows.filter(state=value),
        ),
    ),
    default_sort="-opened_at",
    page_size=25,
    empty=Empty(_lazy("No counts yet"), _lazy("Open a sheet when you are going to count."), icon="clipboard-check"),
)

DUE = Listing(
    name="counts-due",
    title=_lazy("Who has to count"),
    prefix="due_",
    columns=(
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.facility), href=lambda row: _open(row)),
        Column("standing", _lazy("Standing"), "badge", value=lambda row: words.standing_badge(row.due.standing)),
        Column("by", _lazy("Count by"), "date", value=lambda row: row.due.by),
        Column("late", _lazy("Days late"), "number", value=lambda row: row.due.days_late or None, places=0),
        Column("every", _lazy("How often"), value=lambda row: words.EVERY_LABELS[row.every], phone=False),
        Column("last", _lazy("Last whole count"), "date", value=lambda row: row.last_counted),
        Column(
            "sheet",
            _lazy("Open sheet"),
            value=lambda row: row.open.number if row.open else "",
            href=lambda row: _sheet(row),
        ),
    ),
    filters=(
        ChoiceFilter(
            "standing",
            _lazy("Standing"),
            [(one.value, words.STANDING_LABELS[one]) for one in Standing],
            lambda rows, value: [row for row in rows if row.due.standing == value],
        ),
    ),
    page_size=10,
    empty=Empty(_lazy("Everybody has counted"), icon="circle-check"),
)

HISTORY = Listing(
    name="counts-history",
    title=_lazy("What counts have found"),
    columns=(
        Column(
            "number", _lazy("Count sheet"), sort="number", href=lambda one: reverse("counting:count", args=[one.pk])
        ),
        Column(
            "facility", _lazy("Facility"), value=lambda one: localized(one.facility), sort="facility__name_{language}"
        ),
        Column("counted_on", _lazy("Counted on"), "date", sort="counted_on"),
        Column("lots", _lazy("Lots"), "number", value=lambda one: one.totals.get("lots"), places=0),
        Column(
            "exact",
            _lazy("Without difference"),
            "number",
            value=lambda one: one.totals.get("exact"),
            places=0,
            phone=False,
        ),
        Column("net", _lazy("Net, pieces"), "number", value=lambda one: one.totals.get("net"), places=0),
        Column(
            "rate",
            _lazy("Difference rate, %"),
            "number",
            value=lambda one: _percent(one, "difference", "book"),
            places=2,
            hint=_lazy("Sum of all differences without sign, as a share of the books"),
        ),
        Column(
            "accuracy",
            _lazy("Accuracy, %"),
            "number",
            value=lambda one: _percent(one, "exact", "lots"),
            places=1,
            hint=_lazy("Lots without any difference, as a share of the lots counted"),
        ),
        Column("state", _lazy("State"), "badge", value=lambda one: _kept(one), phone=False),
    ),
    filters=(SearchFilter("q", _lazy("Search"), _search, placeholder=_lazy("Sheet or facility")),),
    default_sort="-counted_on",
    page_size=25,
    empty=Empty(_lazy("No count has been posted yet"), icon="chart-line"),
)


def _slip(one: Any) -> str:
    return reverse("stock:slip", args=[one.event_id]) if one.event_id else ""


def _open(row: FacilityStanding) -> str:
    if row.open:
        return _sheet(row)
    return f"{reverse('counting:open')}?facility={row.facility.pk}" if row.due.standing != Standing.DONE else ""


def _sheet(row: FacilityStanding) -> str:
    return reverse("counting:count", args=[row.open.pk]) if row.open else ""


def _percent(one: Count, part: str, whole: str) -> float | None:
    share = Fraction(one.totals.get(part, 0) * 100, one.totals[whole]) if one.totals.get(whole) else None
    return rounded(share, 2)


def _kept(one: Count) -> Any:
    if counts.reversed_since(one):
        return Badge(pgettext_lazy("count", "Slip reversed"), "red")
    return words.state_badge(one.state)


def home(request: ActorRequest) -> HttpResponse:
    """What is due, and every sheet in sight."""
    due = DUE.bind(request, standings(request.actor, today=timezone.localdate()))
    if due.wants_export:
        return workbook_response(due)
    asked = getattr(request, "htmx", None)
    if asked and asked.target == due.element_id:
        return render(request, "ui/_listing_body.html", {"listing": due})
    context = {"due": due, "may_count": request.actor.has(permissions.COUNT)}
    return COUNTS.response(request, counts.counts_for(request.actor), template="counting/counts.html", context=context)


def history(request: ActorRequest) -> HttpResponse:
    """Posted counts with their rates, latest first."""
    rows = counts.counts_for(request.actor).filter(state=CountState.POSTED).select_related("event__reversed_by")
    return HISTORY.response(request, rows, template="counting/history.html")
