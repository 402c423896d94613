"""Record what an uploaded file holds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.machines.operations.record_batch import Entry, Outcome, record_batch
from zhixuan.modules.machines.operations.upload_records import PURPOSE
from zhixuan.modules.machines.queries import mappings, record_files
from zhixuan.rules.refusal import raise_all
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor


@transaction.atomic
def apply_records(*, upload_id: UUID, actor: Actor, at: datetime) -> Outcome:
    """Record all of it, or nothing. Safe to repeat: applied once, a file answers what came of it.

    Raises:
        Refused: every row that cannot be taken.
        Unknown, Forbidden: not the actor's own upload; see `record_batch`.
    """
    upload = uploads.lock(actor, upload_id, PURPOSE)
    if upload.applied_at is not None:
        return Outcome(**{**upload.outcome, "events": tuple(upload.outcome["events"]), "repeated": True})
    known = mappings.mapping(upload.subject)
    tables = uploads.tables_of(upload, titles=record_files.titles(known))
    read = record_files.read(tables, known, actor)
    raise_all(read.reasons)

    entries = [Entry(machine_id, told) for machine_id, told in read.entries]
    outcome = record_batch(entries=entries, source="file", actor=actor, command_id=upload_id, at=at)
    uploads.finish(upload, asdict(outcome), at)
    return outcome
