"""The write-off of a loss was reversed: its pieces lie in quarantine again, and the report waits for a decision."""

from __future__ import annotations

from zhixuan.modules.quality.models import LossReport
from zhixuan.rules.quality.losses import LossState
from zhixuan.shared import audit
from zhixuan.shared.events import SlipReversed


def reopen_loss(event: SlipReversed) -> None:
    """Told after a slip was reversed, in the same transaction. What had been decided and seen is kept as a round."""
    report = LossReport.objects.select_for_update(of=("self",)).filter(event_id=event.event_id).first()
    if report is None:
        return

    report.earlier = [*report.earlier, _round(report, event)]
    report.witnesses.all().delete()
    report.state = LossState.SUBMITTED
    report.decided_by, report.decided_by_name, report.decided_at, report.decision = None, "", None, ""
    report.destroyed_on, report.method, report.went_to, report.event_id = None, "", "", None
    report.closed_at, report.closed_by_name = None, ""
    report.save()
    details = {"slip": event.event_id, "reversal": event.reversal_id, "round": len(report.earlier)}
    path = report.facility.area_path
    audit.record(event.actor, "reopen_loss", "quality.lossreport", report.pk, path, details, event.at)


def _round(report: LossReport, event: SlipReversed) -> dict[str, object]:
    return {
        "decided_by": report.decided_by_name,
        "decided_at": report.decided_at.isoformat() if report.decided_at else "",
        "decision": report.decision,
        "witnesses": [one.name for one in report.witnesses.all()],
        "destroyed_on": report.destroyed_on.isoformat() if report.destroyed_on else "",
        "method": report.method,
        "went_to": report.went_to,
        "slip": event.event_id,
        "reversal": event.reversal_id,
        "reversed_by": event.actor.name,
        "reversed_at": event.at.isoformat(),
        "reason": event.reason,
    }
