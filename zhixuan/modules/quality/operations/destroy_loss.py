"""Write off the stock of a loss report: it has been destroyed before witnesses."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations import _papers, _reports
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.quality.queries.definitions import loss_rules
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LEDGER_REASONS, LossReason, LossState
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

METHODS = ("burnt", "handed_over", "crushed", "buried", "not_there")
"""How stock is destroyed; `not_there` is for what was lost or stolen."""


@transaction.atomic
def destroy_loss(*, report_id: int, on: date, method: str, went_to: str, actor: Actor, at: datetime) -> LossReport:
    """Post the write-off from quarantine; it needs approval and the witnesses. Repeating changes nothing.

    Raises:
        Refused: not approved, witnesses missing, no method, a day before the approval or to come, a closed month.
        Unknown, Forbidden: see permissions.
    """
    report, places = _reports.locked(report_id, actor, permissions.DESTROY)
    if report.state == LossState.DESTROYED:
        return report
    rules.check_step(LossState(report.state), LossState.DESTROYED)
    witnesses = list(report.witnesses.values_list("user_id", flat=True))
    rules.check_witnessed(witnesses, least=loss_rules().witnesses_least)
    _check(report, on, method, went_to, at)

    lots: dict[int, int] = {}
    for line in queries.lines_of(report.pk):
        lots[line.lot_id] = lots.get(line.lot_id, 0) + line.pieces
    receipt = adjust_stock(
        facility_id=report.facility_id,
        reason_code=LEDGER_REASONS[LossReason(report.reason)],
        lines=sorted(lots.items()),
        on=on,
        note=f"{report.number} {report.account}"[:500],
        from_quarantine=True,
        actor=actor,
        command_id=_papers.ledger_command(report.command_id, "destroy", *_round(report)),
        at=at,
    )
    report.state, report.event_id = LossState.DESTROYED, receipt.event_id
    report.destroyed_on, report.method, report.went_to = on, method, went_to.strip()
    report.save()
    details = {"slip": receipt.slip, "method": method}
    audit.record(actor, "destroy_loss", "quality.lossreport", report.pk, places.area_path, details, at)
    return report


def _round(report: LossReport) -> list[int]:
    """What tells this write-off from those that were reversed; nothing for the first."""
    return [len(report.earlier)] if report.earlier else []


def _check(report: LossReport, on: date, method: str, went_to: str, at: datetime) -> None:
    found = []
    decided = timezone.localtime(report.decided_at or at).date()
    if not decided <= on <= timezone.localtime(at).date():
        found.append(
            Refused(
                N_("The report was approved on {decided}: choose a day from then until today."),
                field="on",
                decided=decided,
            )
        )
    if method not in METHODS:
        found.append(Refused(N_("Choose how the stock was destroyed."), field="method"))
    if method == "handed_over" and not went_to.strip():
        found.append(Refused(N_("Say to whom the stock was handed over."), field="went_to"))
    raise_all(found)
