"""Slips of refills and counts: the list, one slip, the same on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.machines.models import Visit
from zhixuan.modules.machines.queries import visits as queries
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.stock.queries import slips as ledger
from zhixuan.modules.stock.screens.words import KIND_LABELS, unit_of
from zhixuan.rules.machines.counting import REASONS
from zhixuan.rules.stock.ledger import EventKind, slip_number
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized


def _search(rows: Any, text: str) -> Any:
    found = Q()
    for field in ("code", "name_zh", "name_en"):
        found |= Q(**{f"machine__facility__{field}__icontains": text})
    return rows.filter(found)


VISITS = Listing(
    name="machine-visits",
    title=_lazy("Refills and counts"),
    columns=(
        Column("number", _lazy("Slip"), value=number_of, href=lambda row: reverse("machines:visit", args=[row.pk])),
        Column("kind", _lazy("Kind"), "badge", value=words.visit_kind, sort="kind"),
        Column("machine", _lazy("Machine"), value=lambda row: words.name(row.machine), sort="machine__facility__code"),
        Column("on", _lazy("Day"), "date", sort=("on", "at")),
        Column("loaded", _lazy("Loaded"), "number", value=lambda row: row.loaded or None, hint=_lazy("In pieces")),
        Column("taken_out", _lazy("Taken out"), "number", value=lambda row: row.taken_out or None),
        Column("actor_name", _lazy("By"), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search),
        ChoiceFilter(
            "kind",
            _lazy("Kind"),
            [("refill", _lazy("Refill")), ("count", _lazy("Count")), ("return", _lazy("Packs taken back"))],
            lambda rows, kind: rows.filter(kind=kind),
        ),
    ),
    default_sort="-on",
    empty=Empty(_lazy("No visit yet"), _lazy("Open a machine and refill or count it."), icon="truck-delivery"),
)


def visits(request: ActorRequest) -> HttpResponse:
    """Refills and counts in sight, latest first."""
    return VISITS.response(
        request, queries.visits_for(request.actor), template="machines/machines.html", context={"tab": "visits"}
    )


def visit(request: ActorRequest, command_id: UUID) -> HttpResponse:
    """One slip."""
    found = queries.visit(request.actor, command_id)
    context = {
        "visit": found,
        "number": number_of(found),
        "kind": words.visit_kind(found),
        "machine_name": words.name(found.machine),
        "lines": _lines(found),
        "undone": _undone(found),
        "reason": _(REASONS[found.reason]) if found.reason else "",
        "slips": _slips(request, found),
    }
    return render(request, "machines/visit.html", context)


def _lines(found: Visit) -> list[dict[str, Any]]:
    return [
        {
            "slot": line.slot,
            "item": words.item(line.slot),
            "line": line,
            "unit": unit_of(line.slot.item.product),
            "difference": None if line.counted is None else line.counted - (line.expected or 0),
            "why": {"expired": _("Expired"), "damaged": _("Damaged"), "returned": _("Goes back")}.get(line.why, ""),
        }
        for line in found.lines.select_related("slot__item__product")
    ]


def _undone(found: Visit) -> str:
    """What a reversal has taken back of this visit, in words; empty when all of it stands."""
    if found.lines.filter(loaded_undone=True).exists():
        return _("What was loaded has been reversed: it is out of the slots again and back in the store.")
    if found.lines.filter(taken_out_undone=True).exists():
        return _("A slip of what was taken out has been reversed: those packs are back in their slots.")
    return ""


def _slips(request: ActorRequest, found: Visit) -> list[tuple[str, str, int]]:
    """(number, kind, id) of the ledger's slips."""
    rows = ledger.events_for(request.actor).filter(pk__in=found.events).select_related("place__facility").order_by("pk")
    return [
        (slip_number(row.place.facility.code, row.year, row.number), str(KIND_LABELS[EventKind(row.kind)]), row.pk)
        for row in rows
        if row.place.facility
    ]


def visit_print(request: ActorRequest, command_id: UUID) -> HttpResponse:
    """The slip on paper."""
    found = queries.visit(request.actor, command_id)
    kind = Visit.Kind(found.kind)
    counted = kind is Visit.Kind.COUNT
    sheet = Sheet(
        title=_title(kind),
        issuer=localized((found.giver if kind is Visit.Kind.REFILL else None) or found.machine.facility),
        number=number_of(found),
        facts=[
            (_("Machine"), f"{words.name(found.machine)} ({found.machine.facility.code})"),
            *([(_("Goes back to"), localized(found.giver))] if kind is Visit.Kind.RETURN and found.giver else []),
            (_("Day"), day(found.on)),
            (_("By"), found.actor_name),
            (_("Slips of the ledger"), ", ".join(number for number, _kind, _pk in _slips(request, found)) or "–"),
        ],
        columns=_columns(counted=counted),
        rows=[_row(one, counted=counted) for one in _lines(found)],
        remarks=_remarks(found),
        signatures=[_("By"), _("Checked")],
        link=request.build_absolute_uri(reverse("machines:visit", args=[found.pk])),
    )
    return pdf_response(request, [sheet], name=number_of(found))


def _remarks(found: Visit) -> list[str]:
    return [text for text in (_undone(found), _(REASONS[found.reason]) if found.reason else "", found.note) if text]


def _title(kind: Visit.Kind) -> str:
    if kind is Visit.Kind.RETURN:
        return _("Return slip of a machine")
    return _("Count slip") if kind is Visit.Kind.COUNT else _("Refill slip")


def _columns(*, counted: bool) -> list[PrintColumn]:
    first = [PrintColumn(_("Slot"), align="right"), PrintColumn(_("Item"), width="1fr")]
    titles = (
        (_("Expected"), _("Counted"), _("Difference")) if counted else (_("Loaded"), _("Taken out"), _("Why"))
    )  # fmt: skip
    return first + [PrintColumn(title, align="right") for title in titles]


def _row(one: dict[str, Any], *, counted: bool) -> list[str]:
    line = one["line"]
    head = [str(one["slot"].number), one["item"]]
    if not counted:
        return [*head, str(line.loaded or ""), str(line.taken_out or ""), one["why"]]
    return [*head, str(line.expected), str(line.counted), f"{one['difference']:+d}" if one["difference"] else "0"]
