"""What quality put into quarantine comes out only by an inspection that passes."""

from __future__ import annotations

from zhixuan.modules.quality.models import LossLine
from zhixuan.modules.quality.queries import inspections
from zhixuan.modules.quality.queries.losses import OPEN
from zhixuan.rules.quality.inspection import Result
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.events import QuarantineLeft


def refuse_release(event: QuarantineLeft) -> None:
    """Told before lots leave a quarantine; says no where an inspection or an open loss report holds them.

    Raises:
        Refused: every lot that has to stay, at once.
    """
    facility_id, lot_ids = event.facility_id, event.lot_ids
    problems = []
    for one in inspections.latest_of_lots(facility_id, lot_ids).values():
        if one.result != Result.PASS:
            problems.append(
                Refused(
                    N_("Lot {lot} was held by inspection {number}: only an inspection that passes releases it."),
                    code="held_by_inspection",
                    lot=one.lot.number or "—",
                    number=one.number,
                )
            )
    lines = LossLine.objects.filter(report__facility_id=facility_id, report__state__in=OPEN, lot_id__in=list(lot_ids))
    for line in lines.select_related("lot", "report"):
        problems.append(
            Refused(
                N_("Lot {lot} is on loss report {number}: that has to be decided first."),
                code="on_loss_report",
                lot=line.lot.number or "—",
                number=line.report.number,
            )
        )
    raise_all(problems)
