"""Approve or refuse a loss report."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations import _reports
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossState
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def decide_loss(*, report_id: int, approve: bool, decision: str, actor: Actor, at: datetime) -> LossReport:
    """Approve or refuse; refused stock stays in quarantine until an inspection passes it. Repeating changes nothing.

    Raises:
        Refused: by the applicant, by an officer of too low a level, without a word when it is refused, or decided.
        Unknown, Forbidden: see permissions.
    """
    report, places = _reports.locked(report_id, actor, permissions.APPROVE_LOSS)
    to = LossState.APPROVED if approve else LossState.REFUSED
    if report.state == to and report.decided_by == actor.user_id:
        return report
    rules.check_step(LossState(report.state), to)
    for applicant in (report.drawn_by, report.submitted_by):
        rules.check_approver(applicant_id=applicant, approver_id=actor.user_id)
    if not queries.may_decide(actor, report):
        raise Refused(N_("A loss of this size is decided by an officer of a higher level."), code="level_too_low")
    if not approve and not decision.strip():
        raise Refused(N_("Say why the report is refused."), field="decision", code="note_needed")

    report.state = to
    report.decided_by, report.decided_by_name, report.decided_at = actor.user_id, actor.name[:150], at
    report.decision = decision.strip()
    report.save()
    audit.record(actor, "decide_loss", "quality.lossreport", report.pk, places.area_path, {"to": to.value}, at)
    return report
