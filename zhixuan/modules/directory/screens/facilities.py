"""The list of facilities, and the map of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.directory import permissions, queries
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.directory.screens import _words as words
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized

Rows = QuerySet[Facility]


def _search(rows: Rows, text: str) -> Rows:
    return rows.filter(Q(code__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))


def _state(facility: Facility) -> Badge:
    today = timezone.localdate()
    if facility.valid_to is not None and facility.valid_to < today:
        return Badge(pgettext_lazy("facility", "Closed"), "secondary")
    if facility.valid_from is not None and facility.valid_from > today:
        return Badge(pgettext_lazy("facility", "Not open yet"), "azure")
    return Badge(pgettext_lazy("facility", "Open"), "green")


def _address_of(facility: Facility) -> str:
    return reverse("directory:facility", args=[facility.pk])


FACILITIES = Listing(
    name="facilities",
    title=_lazy("Facilities"),
    columns=(
        Column("name", _lazy("Name"), value=localized, sort="name_{language}", href=_address_of),
        Column("code", _lazy("Code"), sort="code"),
        Column("kind", _lazy("Kind of facility"), value=lambda row: row.get_kind_display(), sort="kind"),
        Column("area", _lazy("Area"), value=lambda row: localized(row.area), sort=("area_path", "code")),
        Column(
            "supplied_by",
            _lazy("Supplied by"),
            value=lambda row: localized(row.supplied_by) if row.supplied_by else "",
            sort="supplied_by__code",
            phone=False,
        ),
        Column("state", _lazy("State"), kind="badge", value=_state),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Code or name")),
        ChoiceFilter(
            "kind", _lazy("Kind of facility"), Facility.Kind.choices, lambda rows, kind: rows.filter(kind=kind)
        ),
        ChoiceFilter(
            "area", _lazy("Area"), words.branch_choices, lambda rows, path: rows.filter(area_path__startswith=path)
        ),
        ChoiceFilter(
            "level",
            _lazy("Stock norm of level"),
            [(level, label) for level, label in Area.Level.choices if level != Area.Level.NATION],
            lambda rows, level: rows.filter(level=level),
        ),
        ToggleFilter("closed", _lazy("Closed ones only"), lambda rows: rows.exclude(valid_to=None)),
    ),
    default_sort="area",
    empty=Empty(_lazy("No facilities found"), _lazy("Change the filters, add a facility or import a table.")),
)


def facilities(request: HttpRequest) -> HttpResponse:
    """Facilities in sight, by place."""
    actor = words.actor_of(request)
    rows = queries.facilities_for(actor).select_related("supplied_by")
    context = {
        "may_add": actor.has(permissions.CHANGE_FACILITIES),
        "may_import": actor.has(permissions.IMPORT_TABLES),
    }
    return FACILITIES.response(request, rows, template="directory/facilities.html", context=context)


def network_map(request: HttpRequest) -> HttpResponse:
    """Open facilities with coordinates as points, and those without as a list that asks for them."""
    rows = queries.facilities_for(words.actor_of(request)).filter(queries.open_on(timezone.localdate()))
    area = request.GET.get("area", "")
    if area:
        rows = rows.filter(area_path__startswith=area)
    placed = [facility for facility in rows if facility.longitude is not None]
    context = {
        "points": [_point(facility) for facility in placed],
        "placed": placed,
        "unplaced": [facility for facility in rows if facility.longitude is None],
        "areas": words.branch_choices(request),
        "area": area,
    }
    return render(request, "directory/map.html", context)


def _point(facility: Facility) -> dict[str, Any]:
    return {
        "name": localized(facility),
        "longitude": float(facility.longitude or 0),
        "latitude": float(facility.latitude or 0),
        "group": str(facility.get_kind_display()),
        "detail": f"{facility.code} · {localized(facility.area)}",
        "href": _address_of(facility),
    }
