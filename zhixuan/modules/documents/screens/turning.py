"""Steps with a document that need a button or a word: send, post, take back, cancel, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.documents.operations.close_document import close_document
from zhixuan.modules.documents.operations.post_document import post_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.documents.operations.take_back_document import take_back_document
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.queries import sending
from zhixuan.modules.documents.screens.document import page
from zhixuan.modules.documents.screens.turn_forms import ReasonForm, TurnForm
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import Link, done


def _found(request: ActorRequest, document_id: int, roles: frozenset[Role]) -> Any:
    document = queries.document(request.actor, document_id)
    permissions.require(request.actor, roles, places_of(document.facility_id))
    return document


def send(request: ActorRequest, document_id: int) -> HttpResponse:
    """Post the document to the ledger; lots that changed meanwhile are shown and confirmed first."""
    document = _found(request, document_id, permissions.POST)
    form = TurnForm(request.POST)
    if not form.is_valid():
        return page(request, document, status=422, sending=form)
    given = form.cleaned_data
    said = {"document_id": document_id, "command_id": given["command_id"], "actor": request.actor, "at": timezone.now()}
    try:
        if document.kind == DocumentKind.RECEIPT:
            answer = post_document(**said)
        else:
            answer = send_document(confirmed=given["confirmed"], **said)
    except Refused as refused:
        return _refused(request, document_id, refused)
    text = _("This had been posted before; nothing was posted twice.") if answer.repeated else _("It is in the ledger.")
    links = [Link(_("Open the slip"), reverse("stock:slip", args=[answer.event_id]), "receipt")]
    done(request, text, number=answer.number, links=links)
    return _back(document_id)


def _refused(request: ActorRequest, document_id: int, refused: Refused) -> HttpResponse:
    """The page again with the reasons; where lots changed, with what would go now and a fresh form to agree."""
    document = queries.document(request.actor, document_id)
    form = TurnForm({"command_id": request.POST.get("command_id", ""), "confirmed": ""})
    form.is_valid()
    for reason in refused.reasons:
        reason.field = ""
    add_refusal(form, refused)
    more: dict[str, Any] = {"refusals": form.non_field_errors()}
    if refused.code == "lots_changed":
        changed = sending.changed_lots(document, today=timezone.localdate())
        more |= {"changed": changed.lines, "sending": TurnForm(initial={"confirmed": changed.seal})}
    return page(request, document, status=422, **more)


def _turn(
    request: ActorRequest, document_id: int, *, prefix: str, act: Callable[..., Any], said: Promise
) -> HttpResponse:
    document = _found(request, document_id, permissions.DRAW)
    form = ReasonForm(request.POST, prefix=prefix)
    name = {"take": "taking_back", "cancel": "cancelling", "close": "closing"}[prefix]
    if form.is_valid():
        given = form.cleaned_data
        try:
            answer = act(
                document_id=document_id,
                reason=given["reason"],
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, said, number=answer.number)
            return _back(document_id)
    return page(request, document, status=422, **{name: form, "open_form": prefix})


def take_back(request: ActorRequest, document_id: int) -> HttpResponse:
    """Open a checked document for changes."""
    said = _lazy("The document is open for changes. It must be checked again.")
    return _turn(request, document_id, prefix="take", act=take_back_document, said=said)


def cancel(request: ActorRequest, document_id: int) -> HttpResponse:
    """Give the document up."""
    said = _lazy("The document is cancelled. It keeps its number.")
    return _turn(request, document_id, prefix="cancel", act=cancel_document, said=said)


def close(request: ActorRequest, document_id: int) -> HttpResponse:
    """Lay the document away."""
    return _turn(request, document_id, prefix="close", act=close_document, said=_lazy("The document is closed."))


def _back(document_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("documents:document", args=[document_id]))
