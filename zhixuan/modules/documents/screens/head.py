"""Change the head of a document, or hand it in again."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations.change_head import change_head
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.screens.heads import changing_form
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import done


def head(request: ActorRequest, document_id: int) -> HttpResponse:
    """Day, reference, names and note; after a return this also hands the document in again."""
    document = queries.document(request.actor, document_id)
    permissions.require(request.actor, permissions.DRAW, places_of(document.facility_id))
    form = changing_form(document.kind, request.POST or None, document)
    back = reverse("documents:document", args=[document_id])
    if request.method == "POST" and form.is_valid():
        given, new = form.cleaned_data, form.head()
        if document.transfer_id:
            new = replace(new, transfer_id=document.transfer_id, origin=document.origin)
        try:
            answer = change_head(
                document_id=document_id,
                on=given["on"],
                reference=given["reference"],
                note=given["note"],
                head=new,
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("The document waits to be checked or posted."), number=answer.number)
            return HttpResponseRedirect(back)
    context = {"document": document, "number": queries.number_of(document), "form": form, "back": back}
    return render(request, "documents/head.html", context, status=422 if form.is_bound else 200)
