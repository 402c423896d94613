"""Hand in a loss report: from now on its pieces lie in quarantine."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations import _papers, _reports
from zhixuan.modules.quality.operations.draw_loss import LostLine, line_problems
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossState
from zhixuan.rules.refusal import raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def hand_in_loss(*, report_id: int, actor: Actor, at: datetime) -> LossReport:
    """Put the pieces of a drawn report into quarantine and ask for approval. Repeating changes nothing.

    Raises:
        Refused: it is no draft any more, or the pieces are no longer there.
        Unknown, Forbidden: see permissions.
    """
    report, places = _reports.locked(report_id, actor, permissions.REPORT_LOSS)
    if report.state == LossState.SUBMITTED and report.submitted_by == actor.user_id:
        return report
    rules.check_step(LossState(report.state), LossState.SUBMITTED)
    lines = queries.lines_of(report.pk)
    wanted = [LostLine(line.lot_id, line.pieces, line.in_quarantine) for line in lines]
    raise_all(line_problems(report.facility_id, wanted, besides=report.pk))
    pieces = sum(line.pieces for line in lines)

    to_hold = [(line.lot_id, line.pieces) for line in lines if not line.in_quarantine]
    if to_hold:
        adjust_stock(
            facility_id=report.facility_id,
            reason_code="hold",
            lines=to_hold,
            on=timezone.localtime(at).date(),
            note=f"{report.number} {report.account}"[:500],
            actor=actor,
            command_id=_papers.ledger_command(report.command_id, "hold"),
            at=at,
        )
    report.state = LossState.SUBMITTED
    report.level_needed = queries.level_for(places.area_path, pieces, report.amount)
    report.submitted_by, report.submitted_by_name, report.submitted_at = actor.user_id, actor.name[:150], at
    report.save()
    details = {"level": report.level_needed, "pieces": pieces}
    audit.record(actor, "hand_in_loss", "quality.lossreport", report.pk, places.area_path, details, at)
    return report
