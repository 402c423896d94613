"""Putting the recalled lot of a facility into quarantine."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhixuan.modules.quality.models import Recall
from zhixuan.modules.quality.operations import _papers
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.queries import tracing
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Actor


def hold(recall: Recall, facility_id: int, *, actor: Actor, at: datetime) -> int:
    """Move what the store has of the lot into quarantine; answers how many pieces. The caller has checked permission.

    The slip's command id comes from the recall, the facility and the moment: what arrived since is held by another.
    """
    there = tracing.pieces_of(facility_id, queries.lot_ids_of(recall))
    lines = sorted((lot_id, pieces) for (lot_id, kind), pieces in there.items() if kind == PlaceKind.STORE)
    if not lines:
        return 0
    adjust_stock(
        facility_id=facility_id,
        reason_code="hold",
        lines=lines,
        on=timezone.localtime(at).date(),
        note=f"{recall.number} {recall.reason}"[:500],
        actor=actor,
        command_id=_papers.ledger_command(recall.command_id, "hold", facility_id, at.isoformat()),
        at=at,
    )
    return sum(pieces for _lot_id, pieces in lines)


def pieces_there(recall: Recall, facility_id: int) -> int:
    """What the books say lies at the facility, in the store and in quarantine."""
    there = tracing.pieces_of(facility_id, queries.lot_ids_of(recall))
    shelf = {PlaceKind.STORE, PlaceKind.QUARANTINE}
    return sum(pieces for (_lot_id, kind), pieces in there.items() if kind in shelf)
