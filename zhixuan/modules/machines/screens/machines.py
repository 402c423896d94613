"""All machines: the list, those that need somebody, the map."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries import service, states
from zhixuan.modules.machines.queries.states import MachineState
from zhixuan.modules.machines.screens import _words as words
from zhixuan.rules.machines.service import TROUBLE_LABELS, Trouble
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

EMPTY = Empty(
    _lazy("No machine yet"),
    _lazy("Add a facility of the kind vending machine under Facilities; it appears here at once."),
    icon="building-store",
)


def _search(rows: QuerySet[Machine], text: str) -> QuerySet[Machine]:
    found = Q(serial__icontains=text) | Q(place_zh__icontains=text) | Q(place_en__icontains=text)
    for field in ("code", "name_zh", "name_en"):
        found |= Q(**{f"facility__{field}__icontains": text})
    return rows.filter(found)


def _area_choices(request: ActorRequest) -> list[tuple[str, str]]:
    areas = directory.areas_for(request.actor).exclude(level="village")[:500]
    return [(area.path, "\u3000" * (area.path.count("/") - 2) + localized(area)) for area in areas]


def _address(state: Any) -> str:
    return reverse("machines:machine", args=[state.pk])


def _troubles(state: MachineState) -> str:
    return ", ".join(str(words.trouble_badge(one)) for one in state.troubles)


def _worst(state: MachineState) -> Badge:
    return words.trouble_badge(state.troubles[0]) if state.troubles else Badge(_lazy("In order"), "green")


def _stated(rows: list[Any]) -> list[Any]:
    fresh = [row for row in rows if isinstance(row, Machine)]
    return states.states(fresh, today=timezone.localdate()) if fresh else rows


COLUMNS = (
    Column(
        "name",
        _lazy("Machine"),
        value=lambda state: words.name(state.machine),
        sort="facility__name_{language}",
        href=_address,
        secondary=lambda state: state.machine.facility.code,
    ),
    Column("where", _lazy("Where it stands"), value=lambda state: words.where(state.machine), phone=False),
    Column(
        "pieces",
        _lazy("Pieces inside"),
        "number",
        value=lambda state: sum(one.pieces for one in state.slots),
        hint=_lazy("Sum of its slots"),
    ),
    Column("state", _lazy("State"), "badge", value=_worst, export=_troubles),
    Column("heard", _lazy("Last heard of"), "date", value=lambda state: state.last_heard_on),
    Column("visited", _lazy("Last visit"), "date", value=lambda state: state.last_visit_on),
    Column("phone", _lazy("Service phone"), value=lambda state: state.machine.service_phone),
)

MACHINES = Listing(
    name="machines",
    title=_lazy("Machines"),
    columns=COLUMNS,
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Code, name, place or serial number")),
        ChoiceFilter(
            "area",
            _lazy("Area"),
            _area_choices,
            lambda rows, path: rows.filter(facility__area_path__startswith=path),
        ),
    ),
    default_sort="",
    page_size=50,
    empty=EMPTY,
    enrich=_stated,
)

NEEDING = Listing(
    name="machines-needing-someone",
    title=_lazy("Machines that need somebody"),
    columns=(
        Column(
            "name",
            _lazy("Machine"),
            value=lambda state: words.name(state.machine),
            href=_address,
            secondary=lambda state: words.where(state.machine),
        ),
        Column("worst", _lazy("Worst"), "badge", value=_worst),
        Column("all", _lazy("Why"), value=_troubles),
        Column("phone", _lazy("Service phone"), value=lambda state: state.machine.service_phone),
        Column("heard", _lazy("Last heard of"), "date", value=lambda state: state.last_heard_on),
        Column("visited", _lazy("Last visit"), "date", value=lambda state: state.last_visit_on),
        Column("code", _lazy("Code"), value=lambda state: state.machine.facility.code, phone=False),
    ),
    filters=(
        ChoiceFilter(
            "trouble",
            _lazy("Why"),
            [(trouble.value, _lazy(TROUBLE_LABELS[trouble])) for trouble in Trouble],
            lambda rows, trouble: [state for state in rows if Trouble(trouble) in state.troubles],
        ),
    ),
    empty=Empty(
        _lazy("No machine needs anybody"), _lazy("All are filled, heard of and in order."), icon="circle-check"
    ),
)

SERVICE = Listing(
    name="machines-service",
    title=_lazy("How machines served in the latest 28 days"),
    columns=(
        Column("name", _lazy("Machine"), value=lambda row: words.name(row.machine), href=_address),
        Column("vends", _lazy("Vends"), "number"),
        Column("failed_vends", _lazy("Failed vends"), "number"),
        Column("failed", _lazy("Share failed"), value=lambda row: words.percent(row.failed)),
        Column("jams", _lazy("Jams"), "number"),
        Column(
            "in_service",
            _lazy("Time in service"),
            value=lambda row: words.percent(row.in_service),
            hint=_lazy("From a jam to the next vend, restart or visit a machine counts as out of service"),
        ),
        Column(
            "days_empty",
            _lazy("Days empty"),
            "number",
            hint=_lazy("Days at whose end the slot that was empty longest had nothing left"),
        ),
    ),
    empty=EMPTY,
    enrich=lambda rows: _served(rows),
)


def _served(rows: list[Any]) -> list[Any]:
    fresh = [row for row in rows if isinstance(row, Machine)]
    return service.services(fresh, at=timezone.now()) if fresh else rows


def machines(request: ActorRequest) -> HttpResponse:
    """Machines in sight, as they stand now."""
    rows = queries.open_machines(request.actor, timezone.localdate())
    return MACHINES.response(request, rows, template="machines/machines.html", context=_tab(request, "machines"))


def needing(request: ActorRequest) -> HttpResponse:
    """Machines to which somebody must go, the worst first, with the telephone to call."""
    today = timezone.localdate()
    rows = states.needing_someone(states.states(queries.open_machines(request.actor, today), today=today))
    return NEEDING.response(request, rows, template="machines/machines.html", context=_tab(request, "needing"))


def served(request: ActorRequest) -> HttpResponse:
    """Vends, failures, time in service and days empty of the latest four weeks."""
    rows = queries.open_machines(request.actor, timezone.localdate())
    return SERVICE.response(request, rows, template="machines/machines.html", context=_tab(request, "served"))


def _tab(request: ActorRequest, tab: str) -> dict[str, Any]:
    return {"tab": tab, "may_record": request.actor.has(permissions.RECORD)}


def network_map(request: ActorRequest) -> HttpResponse:
    """Machines on the map, coloured by how they stand."""
    today = timezone.localdate()
    found = states.states(queries.open_machines(request.actor, today), today=today)
    placed = [state for state in found if state.machine.facility.longitude is not None]
    context = {"points": [_point(state) for state in placed], "found": found, "tab": "map"}
    return render(request, "machines/map.html", context)


def _point(state: MachineState) -> dict[str, Any]:
    facility = state.machine.facility
    bad = {Trouble.JAM, Trouble.FAULT, Trouble.EMPTY} & set(state.troubles)
    return {
        "name": words.name(state.machine),
        "longitude": float(facility.longitude or 0),
        "latitude": float(facility.latitude or 0),
        "group": str(_worst(state)),
        "state": "out" if bad else "low" if state.troubles else "good",
        "detail": " · ".join(filter(None, [words.where(state.machine), _troubles(state)])),
        "href": _address(state),
    }
