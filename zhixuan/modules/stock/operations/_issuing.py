"""Taking lots out of a store: what transfers, returns and dispensings share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.stock.operations import _loading, _posting
from zhixuan.modules.stock.operations._posting import Slip
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.rules.stock.ledger import EventKind, Move
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Issue:
    """Which slip is written, and where the pieces go; `seen` is what is kept of its document."""

    kind: EventKind
    giver: FacilityPlaces
    to_place_id: int
    on: date
    reference: str = ""
    note: str = ""
    seen: dict[str, Any] = field(default_factory=dict)


def issue(
    out: Issue, lines: Sequence[Wanted], needs: Needs, *, actor: Actor, command_id: UUID, at: datetime
) -> Receipt:
    """Pick the lots under the lock, post them, and leave a trace. The places are locked already.

    Raises:
        Refused: lines that cannot be filled, all at once.
    """
    dated = _loading.past_day(out.on, at)
    lots = picking.lots_on_hand(out.giver, [line.product_id for line in lines], dated=dated)
    picks = _loading.pick_all(lines, lots, needs)
    moves = tuple(
        Move(lot.lot_id, lot.product_id, out.giver.store_id, out.to_place_id, pieces)
        for _line, pick in picks
        for lot, pieces in pick.lines
    )
    slip = Slip(
        command_id,
        out.kind,
        out.giver.store_id,
        out.giver.code,
        out.on,
        moves,
        other_place_id=out.to_place_id,
        reference=out.reference.strip(),
        note=out.note.strip(),
        details={"picks": _loading.explanation(picks), **out.seen},
    )
    receipt = _posting.post([slip], actor=actor, at=at)[0]
    audit.record(actor, out.kind.value, "stock.event", str(receipt.event_id), out.giver.area_path, {}, at)
    return receipt
