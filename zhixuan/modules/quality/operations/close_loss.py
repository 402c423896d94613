"""Close a loss report: done, refused and settled, or dropped before it was handed in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations import _reports
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossState
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def close_loss(*, report_id: int, actor: Actor, at: datetime) -> LossReport:
    """Close a report; its number stays used. Repeating changes nothing.

    Raises:
        Refused: it waits for a decision or for its destruction.
        Unknown, Forbidden: see permissions.
    """
    report, places = _reports.locked(report_id, actor, permissions.REPORT_LOSS)
    if report.state == LossState.CLOSED:
        return report
    rules.check_step(LossState(report.state), LossState.CLOSED)

    report.state, report.closed_at, report.closed_by_name = LossState.CLOSED, at, actor.name[:150]
    report.save()
    audit.record(actor, "close_loss", "quality.lossreport", report.pk, places.area_path, {}, at)
    return report
