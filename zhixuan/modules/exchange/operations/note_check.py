"""Keep what the look at an uploaded import has found."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.exchange.models import ImportRun
from zhixuan.modules.exchange.queries.reports import Report
from zhixuan.rules.refusal import Refused

State = ImportRun.State
MISTAKES_KEPT_MAX = 1000


@transaction.atomic
def note_check(*, run_id: UUID, report: Report, at: datetime) -> ImportRun:
    """Note what an import would do, or all that must be corrected first. A run that was stopped stays so."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state not in {State.WAITING, State.POSTING}:
        return run
    run.state = State.REFUSED if report.mistakes else State.CHECKED
    run.area_path = report.area_path
    run.outcome = {**report.kept(), "would": report.counts}
    if report.mistakes:
        run.finished_at = at
        run.outcome["mistakes"] = [_kept(reason) for reason in report.mistakes[:MISTAKES_KEPT_MAX]]
        run.outcome["mistakes_count"] = len(report.mistakes)
        run.uploads.all().delete()
    run.save()
    return run


def _kept(reason: Refused) -> dict[str, Any]:
    """A mistake as JSON, to be said later in the language of whoever looks."""
    plain = (int, str)
    fields = {name: value if isinstance(value, plain) else str(value) for name, value in reason.fields.items()}
    return {"message": reason.message, "code": reason.code, "fields": fields}
