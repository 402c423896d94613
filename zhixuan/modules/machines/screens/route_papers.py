"""A whole round on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.machines.models import Route
from zhixuan.modules.machines.queries import visits as queries
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.routes import stops_shown, to_bring
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day
from zhixuan.shared.ui.naming import localized


def route_print(request: ActorRequest, route_id: int) -> HttpResponse:
    """The whole round on paper: what to bring, and a refill slip to fill in for each machine."""
    found = queries.route(request.actor, route_id)
    stops = stops_shown(request, found)
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
            for one in to_bring([one for stop in stops for one in stop["proposals"]])
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
