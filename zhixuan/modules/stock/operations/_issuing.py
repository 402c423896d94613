"""Taking lots out of a store: what transfers, returns and dispensings share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.stock.operations import _loading, _posting
from zhixuan.modules.stock.operations._loading import Opened
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.rules.stock.ledger import EventKind, Move
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Issue:
    """Which slip is written, and where the pieces go.

    Args:
        happened_on: the day it really happened, when the slip stands under a later one because the month was closed.
        from_quarantine: what is held goes out, not what is in the store.
        seen: what is kept with it of the document it was drawn on, or of how it was given out.
    """

    kind: EventKind
    giver: FacilityPlaces
    to_place_id: int
    on: date
    reference: str = ""
    note: str = ""
    happened_on: date | None = None
    from_quarantine: bool = False
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def from_place_id(self) -> int:
        return self.giver.quarantine_id if self.from_quarantine else self.giver.store_id


def issue(
    out: Issue, lines: Sequence[Wanted], opened: Opened, needs: Needs, *, actor: Actor, command_id: UUID, at: datetime
) -> Receipt:
    """Pick of the lots, post them, and leave a trace.

    Args:
        opened: the slip of the giver's store and the day (`_loading.open_slip`); the places are locked.

    Raises:
        Refused: lines that cannot be filled, all at once.
    """
    picks = _loading.pick_all(lines, opened.lots, needs)
    moves = tuple(
        Move(lot.lot_id, lot.product_id, out.from_place_id, out.to_place_id, pieces)
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
    trace = Trace(out.kind.value, out.giver.area_path)
    return _posting.post_one(slip, trace, drawn=opened.drawn, actor=actor, at=at)
