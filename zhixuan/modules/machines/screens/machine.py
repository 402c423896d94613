"""One machine: its slots as a grid, what is wrong, books against slots, what it told last."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine
from zhixuan.modules.machines.queries import records, service, states, visits
from zhixuan.modules.machines.queries.states import MachineState, SlotState
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.machines import slots as rules
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized

LATEST = 8
GAPS_SHOWN = 5


def machine(request: ActorRequest, facility_id: int) -> HttpResponse:
    """One machine as it stands."""
    found = words.machine_in(request, facility_id)
    (state,) = states.states([found], today=timezone.localdate())
    (served,) = service.services([found], at=timezone.now())
    gaps = records.gaps_of(found.pk)
    context = {
        **head(request, found),
        "state": state,
        "slots": [slot_cell(one, found) for one in state.slots],
        "troubles": [words.trouble_badge(one) for one in state.troubles],
        "differences": _differences(state),
        "served": served,
        "in_service": words.percent(served.in_service),
        "failed": words.percent(served.failed),
        "gaps": gaps[:GAPS_SHOWN],
        "more_gaps": max(len(gaps) - GAPS_SHOWN, 0),
        "latest": [_record(row) for row in records.records_of(found.pk)[:LATEST]],
        "visits": [
            {"visit": row, "kind": words.visit_kind(row)}
            for row in visits.visits_for(request.actor).filter(machine=found)[:LATEST]
        ],
        "faults": [
            {"fault": row, "what": words.fault(row)}
            for row in visits.faults_for(request.actor).filter(machine=found, settled_at=None)
        ],
    }
    return render(request, "machines/machine.html", context)


def head(request: ActorRequest, found: Machine) -> dict[str, Any]:
    """What every page of one machine shows and offers."""
    return {
        "machine": found,
        "facility": found.facility,
        "where": words.where(found),
        "hint": words.hint(found),
        "may_set_up": words.may(request, found, permissions.SET_UP),
        "may_refill": words.may(request, found, permissions.REFILL),
    }


def slot_cell(one: SlotState, found: Machine) -> dict[str, Any]:
    """A slot of the grid."""
    slot = one.slot
    return {
        "slot": slot,
        "item": words.item(slot),
        "pieces": one.pieces,
        "missing": -min(slot.pieces, 0),
        "unit": unit_of(slot.item.product, one.pieces),
        "fill": words.fill_badge(one.fill),
        "state": one.fill.value,
        "low": rules.refill_point(slot.capacity, found.refill_point_percent),
    }


def _differences(state: MachineState) -> list[dict[str, Any]]:
    products = catalogue.products_by_id(state.differences)
    return [
        {
            "product": localized(products[product_id]),
            "in_books": state.in_books[product_id],
            "in_slots": state.in_books[product_id] + pieces,
            "difference": pieces,
        }
        for product_id, pieces in state.differences.items()
    ]


def _record(row: Any) -> dict[str, Any]:
    return {"row": row, "kind": words.kind_badge(row.kind), "clock": words.clock(row)}


def label(request: ActorRequest, facility_id: int) -> HttpResponse:
    """The label to stick on the machine: what it is, whom to call, a QR code to its page."""
    found = words.machine_in(request, facility_id)
    page = request.build_absolute_uri(reverse("machines:public", args=[found.facility.code]))
    sheet = Sheet(
        title=_("Free contraceptives"),
        issuer=localized(found.facility.area),
        number=found.facility.code,
        subtitle=words.name(found),
        facts=[
            (_("Where it stands"), words.where(found) or "–"),
            (_("Empty or broken? Call"), found.service_phone or "–"),
            (_("Price"), _("Free of charge")),
        ],
        remarks=[
            _("Scan the code: what is inside now, how to find the machine, and a button to report a fault."),
            _("Nobody is asked who they are. No document is needed, and none is kept."),
        ],
        link=page,
    )
    return pdf_response(request, [sheet], name=f"label-{found.facility.code}")
