"""Lists of inspections: what is due, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.quality.queries import inspections as queries
from zhixuan.modules.quality.queries import storage as storage_log
from zhixuan.modules.quality.queries.definitions import inspection_rules
from zhixuan.modules.quality.queries.inspections import DueLot
from zhixuan.modules.quality.screens import words
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import (
    Action,
    ChoiceFilter,
    Column,
    Empty,
    Listing,
    MonthFilter,
    SearchFilter,
    ToggleFilter,
)
from zhixuan.shared.ui.naming import localized

CONCERNS_SHOWN = 20


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q(number__icontains=text) | Q(lot__number__icontains=text) | Q(lot__item__gtin=text)
    return rows.filter(found | Q(lot__product__name_zh__icontains=text) | Q(lot__product__name_en__icontains=text))


def _of_month(rows: QuerySet[Any], first: date) -> QuerySet[Any]:
    return rows.filter(on__year=first.year, on__month=first.month)


DONE = Listing(
    name="inspections",
    title=_lazy("Inspections"),
    columns=(
        Column("number", _lazy("Number"), sort="number", href=lambda row: reverse("quality:inspection", args=[row.pk])),
        Column("on", _lazy("Day"), "date", sort=("on", "id")),
        Column("product", _lazy("Product"), value=lambda row: localized(row.lot.product), sort="lot__product__code"),
        Column("lot", _lazy("Lot"), value=lambda row: lot_label(row.lot.number), sort="lot__number"),
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.facility), sort="facility__code"),
        Column("sampled_pieces", _lazy("Pieces looked at"), "number", sort="sampled_pieces", phone=False),
        Column("result", _lazy("Result"), "badge", value=lambda row: words.badge(words.RESULTS, row.result)),
        Column("by_name", _lazy("By"), phone=False),
        Column("note", _lazy("Note"), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Number, lot, GTIN or product")),
        ChoiceFilter(
            "result",
            _lazy("Result"),
            words.choices(words.RESULTS),
            lambda rows, result: rows.filter(result=result),
        ),
        MonthFilter("month", _lazy("Month"), _of_month),
    ),
    default_sort="-on",
    empty=Empty(
        _lazy("No inspections yet"),
        _lazy("Every lot is looked at when it comes, and every 90 days."),
        Action(_lazy("What is due"), lambda: reverse("quality:due"), "list-check"),
    ),
)


def _inspect_address(one: DueLot) -> str:
    asked = {"facility": one.facility.pk, "lot": one.lot.lot_id, "why": one.reasons[0].rule.code}
    return f"{reverse('quality:inspect')}?{urlencode(asked)}"


def _reasons(one: DueLot) -> str:
    return " · ".join(str(words.DUE[reason.rule.code]) for reason in one.reasons)


def _duty(one: DueLot) -> Badge:
    if one.recalled:
        return Badge(_lazy("Recalled"), "red")
    if one.lot.held:
        return Badge(_lazy("In quarantine"), "purple")
    return Badge(_lazy("Due"), "orange") if one.required else Badge(_lazy("Advised"), "secondary")


DUE = Listing(
    name="due-inspections",
    title=_lazy("Inspections that are due"),
    columns=(
        Column("product", _lazy("Product"), value=lambda one: localized(one.product), href=lambda one: one.href),
        Column("lot", _lazy("Lot"), value=lambda one: lot_label(one.due.lot.number)),
        Column("facility", _lazy("Facility"), value=lambda one: localized(one.due.facility)),
        Column("pieces", _lazy("Pieces"), "number", value=lambda one: one.due.lot.in_store + one.due.lot.held),
        Column("expires_on", _lazy("Expires"), "date", value=lambda one: expiry(one.due.lot.expires_on), phone=False),
        Column("why", _lazy("Why"), value=lambda one: _reasons(one.due)),
        Column("since", _lazy("Since"), "date", value=lambda one: one.due.since),
        Column("checked_on", _lazy("Last look"), "date", value=lambda one: one.due.checked_on, phone=False),
        Column("duty", _lazy("State"), "badge", value=lambda one: _duty(one.due)),
    ),
    filters=(
        ChoiceFilter(
            "why",
            _lazy("Why"),
            words.choices(words.DUE),
            lambda rows, why: [row for row in rows if why in {one.rule.code for one in row.due.reasons}],
        ),
        ToggleFilter("required", _lazy("Required ones only"), lambda rows: [row for row in rows if row.due.required]),
    ),
    empty=Empty(_lazy("Nothing is due"), _lazy("Every lot has been looked at in time."), icon="circle-check"),
)


@dataclass(frozen=True, slots=True)
class DueRow:
    """A lot that is due, with its product."""

    due: DueLot
    product: catalogue.Product

    @property
    def href(self) -> str:
        return _inspect_address(self.due)

    @property
    def why(self) -> str:
        return _reasons(self.due)


def due_rows(request: ActorRequest) -> list[DueRow]:
    """Lots due at the facilities in sight, or at the one the address names."""
    return due_rows_at(request, doing.preset(request, "facility"))


def due_rows_at(request: ActorRequest, facility_id: int | None) -> list[DueRow]:
    """Lots due at one facility, or at all in sight."""
    found = queries.due_lots(request.actor, today=timezone.localdate(), facility_id=facility_id)
    products = catalogue.products_by_id({one.lot.product_id for one in found})
    return [DueRow(one, products[one.lot.product_id]) for one in found]


def due(request: ActorRequest) -> HttpResponse:
    """What should be looked at, the gravest first; below it the rules with their sources."""
    noted = storage_log.concerns_for(request.actor)[:CONCERNS_SHOWN]
    context = {
        "tab": "due",
        "rules": [(words.DUE[rule.code], rule) for rule in inspection_rules()],
        "concerns": [(one, words.CONCERNS[one.kind], words.COMPLAINTS.get(one.what, "")) for one in noted],
    }
    return DUE.response(request, due_rows(request), template="quality/inspections.html", context=context)


def done(request: ActorRequest) -> HttpResponse:
    """Every inspection that was done."""
    rows = queries.inspections_for(request.actor)
    return DONE.response(request, rows, template="quality/inspections.html", context={"tab": "done"})
