"""The list of documents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.queries import waiting
from zhixuan.modules.documents.queries.documents import documents_for, number_of
from zhixuan.modules.documents.screens import words
from zhixuan.rules.documents.states import PREFIXES, DocumentKind
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import ChoiceFilter, Column, DateFilter, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

WAITS = {"check": waiting.to_check, "post": waiting.to_post, "correct": waiting.to_correct}


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By number as printed (T01-CK2026-00012), by its running number, or by reference and supplier."""
    rest, _dash, number = text.strip().rpartition("-")
    code, _dash, lettered = rest.rpartition("-")
    kinds = [kind for kind, prefix in PREFIXES.items() if prefix == lettered[:2].upper()]
    if code and kinds and lettered[2:].isdigit() and number.isdigit() and len(number) < 10:
        year = int(lettered[2:]) % 32768
        return rows.filter(facility__code__iexact=code, kind=kinds[0], year=year, number=int(number))
    if text.isdigit() and len(text) < 10:
        return rows.filter(number=int(text))
    return rows.filter(reference__icontains=text) | rows.filter(supplier__icontains=text)


def other_side(document: Any) -> str:
    """To whom it goes, or from whom it comes."""
    return localized(document.other_facility) if document.other_facility_id else document.supplier


def _facility_choices(request: Any) -> list[tuple[str, str]]:
    return [
        (str(one.pk), f"{localized(one)} ({one.code})")
        for one in directory.facilities_for(request.actor, permissions.VIEW)[:300]
    ]


DOCUMENTS = Listing(
    name="documents",
    title=_lazy("Documents"),
    columns=(
        Column(
            "number",
            pgettext_lazy("paper", "Number"),
            value=number_of,
            href=lambda one: reverse("documents:document", args=[one.pk]),
            sort=("facility__code", "kind", "year", "number"),
        ),
        Column("on", _lazy("Day"), "date", sort=("on", "id")),
        Column("kind", _lazy("What"), value=lambda one: words.kind_label(one.kind)),
        Column("state", _lazy("State"), "badge", value=lambda one: words.state_badge(one.state)),
        Column("facility", _lazy("Facility"), value=lambda one: localized(one.facility), phone=False),
        Column("other", _lazy("From or to"), value=other_side),
        Column("reference", _lazy("Reference"), phone=False),
        Column("drawn_by_name", _lazy("Drawn by"), phone=False),
        Column("checked_by_name", _lazy("Checked by"), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Number, reference or supplier")),
        ChoiceFilter("kind", _lazy("What"), list(words.KIND_LABELS.items()), lambda rows, kind: rows.filter(kind=kind)),
        ChoiceFilter(
            "state", _lazy("State"), list(words.STATE_LABELS.items()), lambda rows, state: rows.filter(state=state)
        ),
        ChoiceFilter(
            "facility", _lazy("Facility"), _facility_choices, lambda rows, pk: rows.filter(facility_id=int(pk))
        ),
        DateFilter("since", _lazy("From day"), lambda rows, day: rows.filter(on__gte=day)),
        DateFilter("until", _lazy("To day"), lambda rows, day: rows.filter(on__lte=day)),
    ),
    default_sort="-on",
    empty=Empty(
        _lazy("No documents yet"),
        _lazy("Goods-receipt notes, issue slips and return slips appear here when they are drawn."),
        icon="file-text",
    ),
)


def documents(request: ActorRequest) -> HttpResponse:
    """Documents in sight, latest first; `?waits=` shows those that wait for this person."""
    waits = WAITS.get(request.GET.get("waits", ""))
    rows = waits(request.actor) if waits else documents_for(request.actor)
    may_draw = request.actor.has(permissions.DRAW)
    kinds = [(kind.value, words.KIND_LABELS[kind]) for kind in DocumentKind] if may_draw else []
    return DOCUMENTS.response(request, rows, template="documents/documents.html", context={"kinds": kinds})
