"""One document: where it stands, its lines by the page, what can be done with it, and its history."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.queries import waiting
from zhixuan.modules.documents.screens import words
from zhixuan.modules.documents.screens.shown import head_facts, shown_line, shown_steps
from zhixuan.modules.documents.screens.turn_forms import ReasonForm, TurnForm
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.documents.states import EDITABLE, DocumentKind, DocumentState, Person
from zhixuan.rules.stock.ledger import slip_number
from zhixuan.rules.stock.receipt_back import DAMAGED, MISSING
from zhixuan.shared import attachments
from zhixuan.shared.requests import ActorRequest

LINES_A_PAGE = 50
STEPS_SHOWN = 30
OWNER = "documents.document"


def document(request: ActorRequest, document_id: int) -> HttpResponse:
    """The whole document; a thousand lines are read a page at a time."""
    found = queries.document(request.actor, document_id)
    return page(request, found)


def page(request: ActorRequest, found: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, also with what a posting was refused for: `sending` is a form with its reasons."""
    paginator = Paginator(queries.lines_of(found.pk), LINES_A_PAGE)
    lines = paginator.get_page(request.GET.get("page"))
    steps = list(queries.steps_of(found.pk).reverse()[: STEPS_SHOWN + 1])
    context = {
        "document": found,
        "number": queries.number_of(found),
        "kind": words.KIND_LABELS[found.kind],
        "state": words.state_badge(found.state),
        "facts": head_facts(found),
        "lines": [shown_line(row) for row in lines],
        "lines_page": lines,
        "total_lines": paginator.count,
        "is_receipt": found.kind == DocumentKind.RECEIPT,
        "steps": shown_steps(steps[:STEPS_SHOWN]),
        "more_steps": len(steps) > STEPS_SHOWN,
        "attachments": attachments.attachments_of(OWNER, found.pk),
        "slip": _slip(found),
        "outcome": _outcome(found),
        **may(request, found),
        **buttons(),
        **more,
    }
    return render(request, "documents/document.html", context, status=status)


def may(request: ActorRequest, found: Any) -> dict[str, Any]:
    """What this person can do with it now; the operations decide."""
    held = {"area_path": found.facility.area_path, "facility_id": found.facility_id}
    keeps = request.actor.may(permissions.DRAW, **held)
    state = DocumentState(found.state)
    if not keeps:
        return {"may_edit": False, "may_attach": request.actor.may(permissions.ATTACH, **held)}
    two = state in EDITABLE and waiting.two_needed(found, on=timezone.localdate())
    me = Person(request.actor.user_id, request.actor.name)
    is_author = two and any(me.is_same(author) for author in queries.authors_of(found))
    return {
        "may_edit": state in EDITABLE,
        "may_add_line": state in EDITABLE and found.transfer_id is None,
        "may_check": state is DocumentState.DRAWN and not is_author,
        "waits_for_other": state is DocumentState.DRAWN and two and is_author,
        "two_needed": two,
        "may_post": state is DocumentState.CHECKED or (state is DocumentState.DRAWN and not two),
        "may_take_back": state is DocumentState.CHECKED,
        "may_cancel": state in {*EDITABLE, DocumentState.CHECKED},
        "may_close": state is DocumentState.POSTED,
        "may_hand_in": state is DocumentState.RETURNED,
        "may_attach": True,
    }


def buttons() -> dict[str, Any]:
    """A form with its own command id for each step."""
    return {
        "sending": TurnForm(),
        "taking_back": ReasonForm(prefix="take"),
        "cancelling": ReasonForm(prefix="cancel"),
        "closing": ReasonForm(prefix="close"),
    }


def _slip(found: Any) -> dict[str, Any] | None:
    """The ledger's slip that it became."""
    event = found.event
    if event is None:
        return None
    return {"id": event.id, "number": slip_number(event.place.facility.code, event.year, event.number)}


def _difference(found: Any) -> int:
    """Pieces of what another facility sent that were damaged or missing here: orders settle it with the sender."""
    differences = found.event.details.get("difference", {}) if found.transfer_id else {}
    return sum(differences.values())


def _outcome(found: Any) -> dict[str, Any] | None:
    """What the other side said: received when, and what was different."""
    if found.event_id is None:
        return None
    outcome = slips.outcomes([found.event_id])[found.event_id]
    differences: dict[str, int] = {}
    for moved in outcome.received:
        if moved.reason:
            differences[moved.reason] = differences.get(moved.reason, 0) + moved.pieces
    return {
        "reversed_by": outcome.reversed_by,
        "received_by": outcome.received_by,
        "received_on": outcome.received_on,
        "on_its_way": found.kind != DocumentKind.RECEIPT and outcome.received_by is None and not outcome.reversed_by,
        "difference": _difference(found),
        "accepted": sum(moved.pieces for moved in outcome.received if not moved.reason),
        "damaged": differences.get(DAMAGED, 0),
        "missing": differences.get(MISSING, 0),
    }
