"""Photographs and PDFs kept with an object. The module that owns the object decides who may add and see them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.models import Attachment

BYTES_MAX = 10 * 1024 * 1024
A_OBJECT_MAX = 50
FOLDER = "attachments"
BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"%PDF-1\.|%PDF-2\."), "application/pdf"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
"""For the `accept` of a file input."""


def attach(owner_type: str, owner_id: object, *, name: str, content: bytes, actor: Actor, at: datetime) -> Attachment:
    """Keep a file with an object. The same content again is the attachment that is there.

    Args:
        owner_type: module and thing, such as `documents.document`.
        name: as the person calls it; only shown, never a path.

    Raises:
        Refused: too large, too many, or neither photograph nor PDF by its content.
    """
    kind = _kind_of(content)
    present = attachments_of(owner_type, owner_id)
    if len(present) >= A_OBJECT_MAX:
        raise Refused(N_("There are {most} files here already; more are not kept."), field="file", most=A_OBJECT_MAX)
    digest = hashlib.sha256(content).hexdigest()
    if same := next((one for one in present if one.sha256 == digest), None):
        return same
    identity = uuid4()
    stored_as = default_storage.save(f"{FOLDER}/{identity.hex[:2]}/{identity.hex}", ContentFile(content))
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                id=identity,
                owner_type=owner_type,
                owner_id=str(owner_id),
                name=_plain_name(name),
                kind=kind,
                bytes=len(content),
                sha256=digest,
                stored_as=stored_as,
                added_by=actor.user_id,
                added_by_name=actor.name[:150],
                added_at=at,
            )
    except IntegrityError:  # the same content at the same moment from another tab
        default_storage.delete(stored_as)
        return Attachment.objects.get(owner_type=owner_type, owner_id=str(owner_id), sha256=digest)


def attachments_of(owner_type: str, owner_id: object) -> Sequence[Attachment]:
    """Files of an object, first added first; the caller has checked that the object is in sight."""
    return list(Attachment.objects.filter(owner_type=owner_type, owner_id=str(owner_id)).order_by("added_at", "id"))


def attachment(owner_type: str, owner_id: object, attachment_id: UUID) -> Attachment:
    """One file of an object.

    Raises:
        Unknown: the object has no such file.
    """
    return the_one(Attachment.objects.filter(owner_type=owner_type, owner_id=str(owner_id), id=attachment_id))


def answer(kept: Attachment) -> HttpResponse:
    """The file for downloading: never run or drawn in the page of the system."""
    with default_storage.open(kept.stored_as) as stream:
        content = stream.read()
    name = f"attachment; filename*=UTF-8''{quote(kept.name)}"
    return HttpResponse(content, kept.kind, headers={"Content-Disposition": name, "X-Content-Type-Options": "nosniff"})


def _kind_of(content: bytes) -> str:
    if len(content) > BYTES_MAX:
        raise Refused(
            N_("The file is larger than {most} MB. Take the photograph smaller, or scan with fewer dots."),
            field="file",
            most=BYTES_MAX // 1024 // 1024,
        )
    for beginning, kind in BEGINNINGS:
        if beginning.match(content):
            return kind
    raise Refused(
        N_("Only photographs (JPEG, PNG, WebP) and PDF files are kept. Save it in one of these forms."), field="file"
    )


def _plain_name(name: str) -> str:
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", last).strip()[:200] or "file"
