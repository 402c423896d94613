"""Take files for an import, to be looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.exchange import permissions
from zhixuan.modules.exchange.models import ImportedFile, ImportRun
from zhixuan.modules.exchange.queries import mappings, runs, sources
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, jobs
from zhixuan.shared.access import Actor, Forbidden

CHECK_JOB = "exchange.check"
FILES_MAX = 10
BYTES_MAX = 40 * 1024 * 1024


@transaction.atomic
def upload_import(
    *, files: Sequence[tuple[str, bytes]], mapping: str, actor: Actor, command_id: UUID, at: datetime
) -> ImportRun:
    """Keep the files and have them checked by a job; nothing is imported yet. Safe to repeat.

    Args:
        files: name and content; one may be a zip of the others.
        mapping: name of a mapping that ships.

    Raises:
        Refused: too many or too large files, an unknown mapping.
        Forbidden: the actor may import nowhere.
    """
    if actor.user_id is None or not actor.has(permissions.IMPORT):
        raise Forbidden
    chosen = mappings.shipped(mapping)
    _check_sizes(files)
    run, created = ImportRun.objects.get_or_create(
        id=command_id,
        started_by=actor.user_id,
        defaults={
            "kind": runs.KIND,
            "mapping": chosen.name,
            "files": [{"name": name[:200], "bytes": len(content)} for name, content in files],
            "started_by_name": actor.name[:150],
            "started_at": at,
            "job_id": command_id,
        },
    )
    if created:
        ImportedFile.objects.bulk_create(
            ImportedFile(run=run, name=name[:200], content=content) for name, content in files
        )
        jobs.enqueue(CHECK_JOB, {"run": str(run.pk)}, actor, "", at, command_id)
        details = {"files": [name for name, _content in files]}
        audit.record(actor, "upload_import", "exchange.run", run.pk, "", details, at)
    return run


def _check_sizes(files: Sequence[tuple[str, bytes]]) -> None:
    if not files:
        raise Refused(N_("Choose the files."), field="uploads")
    if len(files) > FILES_MAX:
        raise Refused(N_("Choose at most {limit} files, or one zip of them."), field="uploads", limit=FILES_MAX)
    try:
        sources.check_sizes((name, len(content)) for name, content in files)
    except Refused as refused:
        refused.field = "uploads"
        raise
    if sum(len(content) for _name, content in files) > BYTES_MAX:
        sentence = N_("The files are larger than {limit} MB together. Import them one after the other.")
        raise Refused(sentence, field="uploads", limit=BYTES_MAX // 2**20)
