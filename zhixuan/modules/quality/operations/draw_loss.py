"""Draw a loss report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossLine, LossReport
from zhixuan.modules.quality.operations import _papers
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.stock.queries import tracing
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LEDGER_REASONS, LossReason
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import reasons
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.rules.stock.reasons import LotOfLine
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering


@dataclass(frozen=True, slots=True)
class LostLine:
    """Pieces of a lot that are lost.

    Args:
        in_quarantine: they lie there already.
        price: yuan a piece, where it is known.
    """

    lot_id: int
    pieces: int
    in_quarantine: bool = False
    price: Decimal | None = None


@once_answering(lambda report_id: LossReport.objects.get(pk=report_id))
def draw_loss(
    *,
    facility_id: int,
    reason: LossReason,
    on: date,
    lines: Sequence[LostLine],
    account: str,
    responsibility: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> LossReport:
    """Draw a report with its lots; photographs are added to it before it is handed in. Safe to repeat.

    Raises:
        Refused: everything that is wrong, at once.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.REPORT_LOSS, places)
    counter = _papers.lock(_papers.LOSS, places.code, on.year)
    raise_all([*_head_problems(on, account, timezone.localtime(at).date()), *line_problems(facility_id, lines)])
    reasons.check_expired(reasons.REASONS[LEDGER_REASONS[reason]], _lots_of(facility_id, lines), on=on)

    report = LossReport.objects.create(
        command_id=command_id,
        facility_id=facility_id,
        number=_papers.next_number(counter, places.code),
        reason=reason,
        on=on,
        account=account.strip(),
        responsibility=responsibility.strip(),
        amount=rules.amount_of([(line.pieces, line.price) for line in lines]),
        drawn_by=actor.user_id,
        drawn_by_name=actor.name[:150],
        drawn_at=at,
    )
    LossLine.objects.bulk_create(
        LossLine(
            report=report,
            position=position,
            lot_id=line.lot_id,
            pieces=line.pieces,
            in_quarantine=line.in_quarantine,
            price=line.price,
        )
        for position, line in enumerate(lines, start=1)
    )
    details = {"reason": reason.value, "pieces": sum(line.pieces for line in lines)}
    audit.record(actor, "draw_loss", "quality.lossreport", report.pk, places.area_path, details, at)
    return report


def _head_problems(on: date, account: str, today: date) -> list[Refused]:
    found = []
    if on > today:
        found.append(Refused(N_("{day} is in the future; today is {today}."), field="on", day=on, today=today))
    if not account.strip():
        found.append(Refused(N_("Say what happened."), field="account"))
    return found


def _lots_of(facility_id: int, lines: Sequence[LostLine]) -> dict[int, LotOfLine]:
    """The lot of each line, by its index."""
    there = {lot.lot_id: lot for lot in tracing.lying([facility_id])}
    return {
        index: LotOfLine(there[line.lot_id].product_id, there[line.lot_id].number, there[line.lot_id].expires_on, 0)
        for index, line in enumerate(lines)
        if line.lot_id in there
    }


def line_problems(facility_id: int, lines: Sequence[LostLine], *, besides: int | None = None) -> list[Refused]:
    """Lots with too few pieces there, or spoken for by another report.

    Args:
        besides: the report that these lines are of.
    """
    if not lines:
        return [Refused(N_("Enter at least one line."), code="no_lines")]
    lot_ids = [line.lot_id for line in lines]
    there = tracing.pieces_of(facility_id, lot_ids)
    spoken = queries.spoken_for(facility_id, lot_ids, besides=besides)
    found, seen = [], set()
    for index, line in enumerate(lines):
        kind = PlaceKind.QUARANTINE if line.in_quarantine else PlaceKind.STORE
        free = there.get((line.lot_id, kind), 0) - (spoken.get(line.lot_id, 0) if line.in_quarantine else 0)
        if (line.lot_id, kind) in seen:
            found.append(
                Refused(N_("Line {row}: choose a lot, each one once."), field=f"lines-{index}-lot", row=index + 1)
            )
        elif not 1 <= line.pieces <= free:
            found.append(
                Refused(
                    N_("Line {row}: {free} pieces of this lot are there; enter from 1 to that many."),
                    field=f"lines-{index}-pieces",
                    code="too_little",
                    row=index + 1,
                    free=max(free, 0),
                )
            )
        seen.add((line.lot_id, kind))
    return found
