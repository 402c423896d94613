"""What the worker does for imports: check what was uploaded, post what was confirmed (see config/wiring.py)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.exchange.operations.check_import import check_import
from zhixuan.modules.exchange.operations.import_cards import import_cards
from zhixuan.modules.exchange.operations.note_check import note_check
from zhixuan.modules.exchange.queries import mappings, runs, sources
from zhixuan.modules.exchange.queries.reports import Report
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.worker import JobInHand


def check(job: JobInHand) -> Mapping[str, Any]:
    """Look at uploaded files and note what importing them would do."""
    run = runs.of_job(UUID(job.claim.arguments["run"]))
    try:
        with _uploaded(run.pk) as found:
            report = check_import(
                sources=found,
                mapping=mappings.shipped(run.mapping),
                actor=_actor(job),
                at=timezone.now(),
                progress=lambda phase, done, total: job.show(done, total, phase),
            )
    except Refused as refused:
        report = Report(mistakes=list(refused.reasons))
    return {"state": note_check(run_id=run.pk, report=report, at=timezone.now()).state}


def post(job: JobInHand) -> Mapping[str, Any]:
    """Import what somebody has looked at and confirmed."""
    run = runs.of_job(UUID(job.claim.arguments["run"]))
    try:
        with _uploaded(run.pk) as found:
            done = import_cards(
                sources=found,
                mapping=mappings.shipped(run.mapping),
                run_id=run.pk,
                actor=_actor(job),
                clock=timezone.now,
                progress=lambda phase, done, total: job.show(done, total, phase),
            )
    except Refused as refused:
        done = note_check(run_id=run.pk, report=Report(mistakes=list(refused.reasons)), at=timezone.now())
    return {"state": done.state}


@contextmanager
def _uploaded(run_id: UUID) -> Iterator[list[Source]]:
    """The uploaded files on disk, as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="zhixuan-import-") as name:
        folder = Path(name)
        paths = []
        for number, (file_name, content) in enumerate(runs.uploads_of(run_id)):
            path = folder / str(number)
            path.write_bytes(content)
            paths.append((file_name, path))
        yield sources.unpacked(paths, folder)


def _actor(job: JobInHand) -> Actor:
    """The person who asked for it, with the roles of today."""
    actor = accounts.actor_by_id(job.claim.actor_id, on=timezone.localdate())
    if actor is None:
        raise Refused(N_("The account that started this import was barred."))
    return actor
