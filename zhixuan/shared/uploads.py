"""Tables that are looked at before they are applied: keep the file, show what it would do, do it once."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Forbidden, the_one
from zhixuan.shared.models import Upload
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.tables import Table

BYTES_MAX = 10 * 1024 * 1024


def keep(  # noqa: PLR0913  (what a door hands to an operation)
    *, purpose: str, subject: object = "", content: bytes, file_name: str, actor: Actor, command_id: UUID, at: datetime
) -> Upload:
    """Keep a file until its dry run has been looked at. Safe to repeat. The caller has checked permission.

    Args:
        purpose: module and verb, such as `counting.enter`.
        subject: what it will be applied to.

    Raises:
        Refused: the file is too large, or this very file was applied to the same subject before.
        Forbidden: nobody is signed in.
    """
    if actor.user_id is None:
        raise Forbidden
    if len(content) > BYTES_MAX:
        raise Refused(
            N_("The file is larger than {most} MB. Split it into smaller files."),
            field="file",
            most=BYTES_MAX // 1024 // 1024,
        )
    if before := applied_before(purpose, subject, content):
        raise Refused(
            N_("This file was applied already, on {day}. To change something, change the file and choose it again."),
            field="file",
            code="applied_before",
            day=before.applied_at.date() if before.applied_at else "",
        )
    with transaction.atomic():
        kept, _made = Upload.objects.get_or_create(
            id=command_id,
            uploaded_by=actor.user_id,
            purpose=purpose,
            defaults={
                "subject": str(subject),
                "file_name": file_name[:200],
                "sha256": fingerprint(content),
                "content": content,
                "uploaded_at": at,
            },
        )
    return kept


def upload_of(actor: Actor, upload_id: UUID, purpose: str) -> Upload:
    """An upload of the actor's own.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    return the_one(Upload.objects.filter(id=upload_id, purpose=purpose, uploaded_by=actor.user_id or 0))


def lock(actor: Actor, upload_id: UUID, purpose: str) -> Upload:
    """The upload, locked until the transaction ends. When `applied_at` is filled it was applied: answer `outcome`.

    Raises:
        Unknown: as `upload_of`.
    """
    upload_of(actor, upload_id, purpose)
    return Upload.objects.select_for_update().get(id=upload_id)


def finish(upload: Upload, outcome: Mapping[str, Any], at: datetime) -> None:
    """Note in the transaction that applies it what came of it; the bytes are let go."""
    upload.content, upload.applied_at, upload.outcome = b"", at, dict(outcome)
    upload.save(update_fields=["content", "applied_at", "outcome"])


def applied_before(purpose: str, subject: object, content: bytes) -> Upload | None:
    """An earlier upload of the same bytes that was applied to the same subject."""
    return (
        Upload.objects.filter(purpose=purpose, subject=str(subject), sha256=fingerprint(content))
        .exclude(applied_at=None)
        .first()
    )


def tables_of(upload: Upload, *, titles: Collection[str] = ()) -> list[Table]:
    """The sheets of the file, read in a limited child process.

    Args:
        titles: known column titles, by which the heading row is found.

    Raises:
        Refused: the file cannot be read; says what to do.
    """
    with tempfile.TemporaryDirectory(prefix="zhixuan-upload-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(bytes(upload.content))
        return read_tables(path, name=upload.file_name, titles=titles)


def fingerprint(content: bytes) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
