"""Routes: drawing one up, and going it stop by stop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Route
from zhixuan.modules.machines.operations.finish_route import finish_route
from zhixuan.modules.machines.operations.plan_route import plan_route
from zhixuan.modules.machines.queries import loading, states
from zhixuan.modules.machines.queries import machines as machine_queries
from zhixuan.modules.machines.queries import visits as queries
from zhixuan.modules.machines.queries.loading import Proposal
from zhixuan.modules.machines.queries.visits import number_of
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.formats import day
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Action, Column, Empty, Listing
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

POSITIONS = 60


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
    today = timezone.localdate()
    mine = machine_queries.machines_for(request.actor, permissions.REFILL)
    found = states.states(mine, today=today)
    stores = [
        (one.pk, f"{localized(one)} ({one.code})")
        for one in directory.facilities_for(request.actor, permissions.REFILL).filter(directory.open_on(today))
        if one.kind in ("warehouse", "township_store")
    ]
    form = RouteForm(request.POST or None, initial={"on": today, "who": request.actor.name})
    form.fields["giver"].choices = stores  # type: ignore[attr-defined]
    proposed = {state.pk: number for number, state in enumerate(states.needing_someone(found), 1)}
    choices = [
        {
            "state": state,
            "name": words.name(state.machine),
            "where": words.where(state.machine),
            "troubles": [words.trouble_badge(one) for one in state.troubles],
            "position": request.POST.get(f"position_{state.pk}", "" if form.is_bound else proposed.get(state.pk, "")),
        }
        for state in found
    ]
    if request.method == "POST" and form.is_valid() and (route := _plan(request, form, [one.pk for one in found])):
        return HttpResponseRedirect(reverse("machines:route", args=[route.pk]))
    context = {"form": form, "choices": choices, "back": reverse("machines:routes")}
    return render(request, "machines/add_route.html", context, status=422 if form.is_bound else 200)


def _plan(request: ActorRequest, form: RouteForm, machine_ids: list[int]) -> Route | None:
    given = form.cleaned_data
    positions = []
    for machine_id in machine_ids:
        text = request.POST.get(f"position_{machine_id}", "").strip()
        if text.isascii() and text.isdigit() and int(text[:4]) > 0:
            positions.append((int(text[:4]), machine_id))
    try:
        return plan_route(
            name=given["name"],
            giver_id=given["giver"],
            machine_ids=[machine_id for _position, machine_id in sorted(positions)],
            who=given["who"],
            on=given["on"],
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        add_refusal(form, refused)
        return None


def route(request: ActorRequest, route_id: int) -> HttpResponse:
    """The stops in order: what was done, what comes next, what to bring."""
    found = queries.route(request.actor, route_id)
    stops = _stops(request, found)
    context = {
        "route": found,
        "giver": localized(found.giver),
        "state": _state(found),
        "stops": stops,
        "next": next((stop for stop in stops if not stop["visits"]), None),
        "bring": _bring([one for stop in stops if not stop["visits"] for one in stop["proposals"]]),
        "may_finish": found.finished_at is None and _may(request, found),
    }
    return render(request, "machines/route.html", context)


def _may(request: ActorRequest, found: Route) -> bool:
    return request.actor.may(permissions.REFILL, area_path=found.giver.area_path, facility_id=found.giver_id)


def _stops(request: ActorRequest, found: Route) -> list[dict[str, Any]]:
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


def _bring(proposals: list[Proposal]) -> list[dict[str, Any]]:
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


def route_print(request: ActorRequest, route_id: int) -> HttpResponse:
    """The whole round on paper: what to bring, and a refill slip to fill in for each machine."""
    found = queries.route(request.actor, route_id)
    stops = _stops(request, found)
    link = request.build_absolute_uri(reverse("machines:route", args=[found.pk]))
    facts = [(_("Route"), found.name), (_("Day"), day(found.on)), (_("Who goes"), found.who or "–")]
    bring = Sheet(
        title=_("What to bring"),
        issuer=localized(found.giver),
        facts=facts,
        columns=[
            PrintColumn(_("Item"), width="1fr"),
            PrintColumn(_("Lot")),
            PrintColumn(_("Expires")),
            PrintColumn(_("Pieces"), align="right"),
        ],
        rows=[
            [one["item"], one["lot"], day(one["expires"]), str(one["pieces"])]
            for one in _bring([one for stop in stops for one in stop["proposals"]])
        ],
        signatures=[_("Handed out"), _("Taken over")],
        link=link,
    )
    return pdf_response(request, [bring, *(_slip(found, stop, link) for stop in stops)], name=f"route-{found.pk}")


def _slip(found: Route, stop: dict[str, Any], link: str) -> Sheet:
    machine = stop["stop"].machine
    return Sheet(
        title=_("Refill slip"),
        issuer=localized(found.giver),
        number=f"{found.pk}-{stop['stop'].position}",
        subtitle=stop["name"],
        facts=[
            (_("Machine"), machine.facility.code),
            (_("Where it stands"), stop["where"] or "–"),
            (_("How to find it"), stop["hint"] or "–"),
            (_("Day"), day(found.on)),
        ],
        columns=[
            PrintColumn(_("Slot"), align="right"),
            PrintColumn(_("Item"), width="1fr"),
            PrintColumn(_("Should hold"), align="right"),
            PrintColumn(_("To load"), align="right"),
            PrintColumn(_("Loaded"), width="20mm"),
            PrintColumn(_("Taken out"), width="20mm"),
        ],
        rows=[
            [
                str(one.slot.number),
                words.item(one.slot),
                str(max(one.slot.pieces, 0)),
                str(one.load.load),
                "",
                "",
            ]
            for one in stop["proposals"]
        ],
        signatures=[_("By"), _("Checked")],
        link=link,
    )
