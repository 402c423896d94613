"""Write down that several lots were looked at, one by one, and that nothing was wrong with any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction

from zhixuan.modules.quality.models import Inspection
from zhixuan.modules.quality.operations.record_inspection import record_inspection
from zhixuan.rules.quality.inspection import LOOKED_AT, Finding, Result
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Looked:
    """A lot that was looked at: how many pieces, and the code of the rule that asked for it."""

    lot_id: int
    sampled_pieces: int
    why: str = ""


@transaction.atomic
def pass_lots(
    *,
    facility_id: int,
    lots: Sequence[Looked],
    on: date,
    temperature: Decimal | None = None,
    humidity: Decimal | None = None,
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> list[Inspection]:
    """One inspection record a lot, each passed, or none of them. A lot with a flaw is inspected by itself
    (`record_inspection`). Safe to repeat.

    Raises:
        Refused: no lot, or what does not fit, of all lots at once; fields name the lot, `lot-7`.
        Unknown, Forbidden: see permissions.
    """
    if not lots:
        raise Refused(N_("Tick the lots that you have looked at."), code="no_lots")
    made: list[Inspection] = []
    reasons: list[Refused] = []
    for one in lots:
        try:
            with transaction.atomic():
                inspection = record_inspection(
                    facility_id=facility_id,
                    lot_id=one.lot_id,
                    on=on,
                    findings=dict.fromkeys(LOOKED_AT, Finding.GOOD),
                    sampled_pieces=one.sampled_pieces,
                    result=Result.PASS,
                    temperature=temperature,
                    humidity=humidity,
                    note=note,
                    why=one.why,
                    actor=actor,
                    command_id=uuid5(command_id, f"lot:{one.lot_id}"),
                    at=at,
                )
            made.append(inspection)
        except Refused as refused:
            reasons.extend(_of_lot(reason, one.lot_id) for reason in refused.reasons)
    raise_all(reasons)
    return made


def _of_lot(reason: Refused, lot_id: int) -> Refused:
    """What is said of the lot or its pieces stands beside the lot."""
    if reason.field in {"lot", "sampled_pieces", ""}:
        reason.field = f"lot-{lot_id}"
    return reason
