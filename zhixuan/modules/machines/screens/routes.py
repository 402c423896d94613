"""Routes: drawing one up, and going it stop by stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Route, Stop
from zhixuan.modules.machines.operations.change_route import change_route
from zhixuan.modules.machines.operations.finish_route import finish_route
from zhixuan.modules.machines.operations.plan_route import plan_route
from zhixuan.modules.machines.queries import loading, states
from zhixuan.modules.machines.queries import machines as machine_queries
from zhixuan.modules.machines.queries import visits as queries
from zhixuan.modules.machines.queries.loading import Proposal
from zhixuan.modules.machines.queries.states import MachineState
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.listing import Action, Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput


def _state(route: Any) -> Badge:
    if route.finished_at:
        return Badge(_("Finished"), "green")
    return Badge(_("Under way"), "azure") if route.done_count else Badge(_("Planned"), "secondary")


ROUTES = Listing(
    name="machine-routes",
    title=_lazy("Routes"),
    columns=(
        Column("name", _lazy("Route"), sort="name", href=lambda row: reverse("machines:route", args=[row.pk])),
        Column("on", _lazy("Day"), "date", sort="on"),
        Column("giver", _lazy("Loaded from"), value=lambda row: localized(row.giver)),
        Column("who", _lazy("Who"), sort="who"),
        Column("stops", _lazy("Stops"), "number", value=lambda row: row.stop_count),
        Column("done", _lazy("Visited"), "number", value=lambda row: row.done_count),
        Column("state", _lazy("State"), "badge", value=_state),
    ),
    default_sort="-on",
    empty=Empty(
        _lazy("No route yet"),
        _lazy("A route says which machines are refilled on a day, in which order."),
        Action(_lazy("Plan a route"), lambda: reverse("machines:add_route")),
        icon="route",
    ),
)


class RouteForm(PostingForm):
    name = forms.CharField(label=_lazy("Name of the route"), max_length=80)
    giver = forms.TypedChoiceField(label=_lazy("Loaded from"), coerce=int)
    who = forms.CharField(label=_lazy("Who goes"), max_length=80, required=False)
    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    at_machines: Mapping[str, list[str]] = {}


def routes(request: ActorRequest) -> HttpResponse:
    """Routes in sight, latest first."""
    context = {"tab": "routes", "may_plan": request.actor.has(permissions.REFILL)}
    return ROUTES.response(
        request, queries.routes_for(request.actor), template="machines/machines.html", context=context
    )


def add_route(request: ActorRequest) -> HttpResponse:
    """Draw up a route: those that need somebody are proposed, in the order of their numbers."""
    if not request.actor.has(permissions.REFILL):
        raise Forbidden
    return _page(request, None)


def edit_route(request: ActorRequest, route_id: int) -> HttpResponse:
    """Change a route that is not over: machines on and off it, their order, the day, who goes."""
    found = queries.route(request.actor, route_id)
    permissions.require(request.actor, permissions.REFILL, places_of(found.giver_id))
    return _page(request, found)


def _page(request: ActorRequest, found: Route | None) -> HttpResponse:
    today = timezone.localdate()
    stops = {stop.machine_id: stop for stop in queries.stops_of(found.pk)} if found else {}
    mine = list(machine_queries.machines_for(request.actor, permissions.REFILL))
    mine += [stop.machine for stop in stops.values() if stop.machine not in mine]
    stated = states.states(mine, today=today)
    initial = {"on": today, "who": request.actor.name}
    if found:
        initial = {"name": found.name, "giver": found.giver_id, "who": found.who, "on": found.on}
    form = RouteForm(request.POST or None, initial=initial)
    form.fields["giver"].choices = _stores(request, found)  # type: ignore[attr-defined]
    if (
        request.method == "POST"
        and form.is_valid()
        and (kept := _keep(request, form, found, [one.pk for one in stated]))
    ):
        return HttpResponseRedirect(reverse("machines:route", args=[kept.pk]))
    proposed = {state.pk: number for number, state in enumerate(states.needing_someone(stated), 1)}
    if found:
        proposed = {machine_id: stop.position for machine_id, stop in stops.items()}
    context = {
        "form": form,
        "route": found,
        "title": _("Change the route") if found else _("Plan a route"),
        "choices": [_choice(request, form, state, proposed, stops) for state in stated],
        "back": reverse("machines:route", args=[found.pk]) if found else reverse("machines:routes"),
    }
    return render(request, "machines/add_route.html", context, status=422 if form.is_bound else 200)


def _stores(request: ActorRequest, found: Route | None) -> list[tuple[int, str]]:
    """Stores the person may load from; that of the route stays to be chosen."""
    mine = directory.facilities_for(request.actor, permissions.REFILL).filter(
        directory.open_on(timezone.localdate()) | Q(pk=found.giver_id if found else None)
    )
    return [(one.pk, f"{localized(one)} ({one.code})") for one in mine if one.kind in ("warehouse", "township_store")]


def _choice(
    request: ActorRequest, form: RouteForm, state: MachineState, proposed: Mapping[int, int], stops: Mapping[int, Stop]
) -> dict[str, Any]:
    name = f"position_{state.pk}"
    stop = stops.get(state.pk)
    return {
        "state": state,
        "name": words.name(state.machine),
        "where": words.where(state.machine),
        "troubles": [words.trouble_badge(one) for one in state.troubles],
        "position": request.POST.get(name, "" if form.is_bound else proposed.get(state.pk, "")),
        "visited": bool(stop and stop.visits.all()),
        "errors": form.at_machines.get(name, []),
    }


def _keep(request: ActorRequest, form: RouteForm, found: Route | None, machine_ids: list[int]) -> Route | None:
    given = form.cleaned_data
    positions = []
    for machine_id in machine_ids:
        text = request.POST.get(f"position_{machine_id}", "").strip()
        if text.isascii() and text.isdigit() and int(text[:4]) > 0:
            positions.append((int(text[:4]), machine_id))
    said: dict[str, Any] = {
        "name": given["name"],
        "giver_id": given["giver"],
        "machine_ids": [machine_id for _position, machine_id in sorted(positions)],
        "who": given["who"],
        "on": given["on"],
        "actor": request.actor,
        "command_id": given["command_id"],
        "at": timezone.now(),
    }
    try:
        return change_route(route_id=found.pk, **said) if found else plan_route(**said)
    except Refused as refused:
        form.at_machines = {one.field: [sentence(one)] for one in refused.reasons if one.field.startswith("position_")}
        add_refusal(form, refused)
        return None


def route(request: ActorRequest, route_id: int) -> HttpResponse:
    """The stops in order: what was done, what comes next, what to bring."""
    found = queries.route(request.actor, route_id)
    stops = stops_shown(request, found)
    context = {
        "route": found,
        "giver": localized(found.giver),
        "state": _state(found),
        "stops": stops,
        "next": next((stop for stop in stops if not stop["visits"]), None),
        "bring": to_bring([one for stop in stops if not stop["visits"] for one in stop["proposals"]]),
        "may_finish": found.finished_at is None and _may(request, found),
    }
    return render(request, "machines/route.html", context)


def _may(request: ActorRequest, found: Route) -> bool:
    return request.actor.may(permissions.REFILL, area_path=found.giver.area_path, facility_id=found.giver_id)


def stops_shown(request: ActorRequest, found: Route) -> list[dict[str, Any]]:
    """The stops with what was done at each, else what to load there."""
    today = timezone.localdate()
    stops = list(queries.stops_of(found.pk))
    stated = {state.pk: state for state in states.states([stop.machine for stop in stops], today=today)}
    giver = places_of(found.giver_id) if _may(request, found) else None
    rows = []
    for stop in stops:
        visits = [{"visit": visit, "number": number_of(visit)} for visit in stop.visits.all()]
        proposals = [] if visits or found.finished_at else loading.propose(stop.machine, giver, today=today)
        rows.append(
            {
                "stop": stop,
                "name": words.name(stop.machine),
                "where": words.where(stop.machine),
                "hint": words.hint(stop.machine),
                "troubles": [words.trouble_badge(one) for one in stated[stop.machine_id].troubles],
                "visits": visits,
                "proposals": proposals,
                "load": sum(one.load.load for one in proposals),
            }
        )
    return rows


def to_bring(proposals: list[Proposal]) -> list[dict[str, Any]]:
    """What to take from the store, by lot."""
    return [
        {"item": words.item(slot), "lot": lot_label(lot.number), "expires": expiry(lot.expires_on), "pieces": pieces}
        for slot, lot, pieces in loading.to_bring(proposals)
    ]


@require_POST
def finish(request: ActorRequest, route_id: int) -> HttpResponse:
    """The round is over."""
    finish_route(route_id=queries.route(request.actor, route_id).pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The route is finished."))
    return HttpResponseRedirect(reverse("machines:routes"))
