"""Confirm, signed in as oneself, that stock was destroyed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Witness
from zhixuan.modules.quality.operations import _reports
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossState
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def witness_loss(*, report_id: int, actor: Actor, at: datetime) -> None:
    """Confirm the destruction of an approved report as a witness.

    Raises:
        Refused: not approved, the applicant or approver, or confirmed already.
        Unknown, Forbidden: see permissions.
    """
    report, places = _reports.locked(report_id, actor, permissions.WITNESS)
    rules.check_step(LossState(report.state), LossState.DESTROYED)
    others = set(report.witnesses.values_list("user_id", flat=True))
    for applicant in (report.drawn_by, report.submitted_by):
        rules.check_witness(
            witness_id=actor.user_id, applicant_id=applicant, approver_id=report.decided_by, others=others
        )

    Witness.objects.create(report=report, user_id=actor.user_id or 0, name=actor.name[:150], confirmed_at=at)
    audit.record(actor, "witness_loss", "quality.lossreport", report.pk, places.area_path, {}, at)
