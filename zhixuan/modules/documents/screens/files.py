"""Photographs and papers kept with a document."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.screens.document import OWNER, page
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared import attachments
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.messages import done


def files(request: ActorRequest, document_id: int) -> HttpResponse:
    """Add one file; the list of them stands on the document's page."""
    document = queries.document(request.actor, document_id)
    back = f"{reverse('documents:document', args=[document_id])}#attachments"
    if request.method != "POST":
        return HttpResponseRedirect(back)
    permissions.require(request.actor, permissions.ATTACH, places_of(document.facility_id))
    sent = request.FILES.get("file")
    if sent is None:
        return page(request, document, status=422, refusals=[_("Choose a file first.")])
    try:
        content = sent.read(attachments.BYTES_MAX + 1)
        attachments.attach(
            OWNER, document_id, name=sent.name or "", content=content, actor=request.actor, at=timezone.now()
        )
    except Refused as refused:
        return page(request, document, status=422, refusals=[sentence(refused)])
    done(request, _("The file is kept with the document."))
    return HttpResponseRedirect(back)


def file(request: ActorRequest, document_id: int, attachment_id: UUID) -> HttpResponse:
    """One file, for downloading."""
    document = queries.document(request.actor, document_id)
    return attachments.answer(attachments.attachment(OWNER, document.pk, attachment_id))
