"""Where did this pack go: slips by pack codes. The trail ends at the store; what a client takes is never kept."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.queries import scans
from zhixuan.modules.stock.queries import traces as queries
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.slips import number_of, other_side
from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning.traces import CodeType, Direction
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import searches
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.scanning import takes_scans

TYPE_LABELS = {CodeType.TRACE: _lazy("Drug trace code"), CodeType.UDI: _lazy("UDI: GTIN and serial number")}
DIRECTION_LABELS = {Direction.IN: _lazy("Came in"), Direction.OUT: _lazy("Went out")}

TRACES = Listing(
    name="traces",
    title=_lazy("Packs by code"),
    columns=(
        Column("code", _lazy("Pack code"), sort="code"),
        Column("kind", _lazy("Kind"), value=lambda row: TYPE_LABELS[CodeType(row.kind)], phone=False),
        Column("direction", _lazy("Way"), value=lambda row: DIRECTION_LABELS[Direction(row.direction)]),
        Column("on", _lazy("Day"), "date", sort=("event__on", "event_id"), value=lambda row: row.event.on),
        Column(
            "slip",
            _lazy("Slip"),
            value=lambda row: number_of(row.event),
            href=lambda row: reverse("stock:slip", args=[row.event_id]),
        ),
        Column("what", _lazy("What"), "badge", value=lambda row: words.kind_badge(row.event.kind)),
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.event.place.facility)),
        Column("other", _lazy("From or to"), value=lambda row: other_side(row.event)),
    ),
    filters=(
        ChoiceFilter(
            "way",
            _lazy("Way"),
            [(way.value, DIRECTION_LABELS[way]) for way in Direction],
            lambda rows, way: rows.filter(direction=way),
        ),
    ),
    default_sort="-on",
    empty=Empty(
        _lazy("No pack codes here"),
        _lazy("They are kept when packs with a trace code or a serial number are scanned in or out."),
        icon="barcode",
    ),
)

FOUND = replace(
    TRACES,
    empty=Empty(
        _lazy("This pack is on no slip here"),
        _lazy("Either its code was not scanned when it came or went, or its slips belong to another place."),
        icon="barcode",
    ),
)


@takes_scans
def traces(request: ActorRequest) -> HttpResponse:
    """Every pack code of the facilities in sight, latest first. A search comes by POST: its code enters no address."""
    if request.method == "POST":
        text = searches.trimmed(request.POST.get("code", ""))
        if not text:
            return HttpResponseRedirect(reverse("stock:traces"))
        return HttpResponseRedirect(reverse("stock:traces_found", args=[searches.keep(request, text)]))
    return TRACES.response(request, queries.sightings(request.actor), template="stock/traces.html")


@takes_scans
def found(request: ActorRequest, search: UUID) -> HttpResponse:
    """The slips that name the code searched for; a search that is forgotten is asked for again."""
    text = searches.kept(request, search)
    if text is None:
        return render(request, "stock/traces.html", {"forgotten": True}, status=404)
    rows = queries.sightings(request.actor).filter(code__icontains=_code_in(text))
    return FOUND.response(request, rows, template="stock/traces.html", context={"searched": text})


def _code_in(text: str) -> str:
    """A scan of the pack finds it too: the search takes the whole code."""
    try:
        return scans.read(text, today=timezone.localdate()).pack_code or text
    except Refused:
        return text
