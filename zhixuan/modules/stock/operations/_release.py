"""What goes from quarantine back into the store may be asked about by the modules above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from zhixuan.modules.stock.queries import blocks
from zhixuan.modules.stock.queries.history import lot_label
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import Move
from zhixuan.shared import events
from zhixuan.shared.access import Actor


def check(places: FacilityPlaces, moves: Iterable[Move], actor: Actor, at: datetime) -> None:
    """Recalled lots stay in quarantine; of the others the modules above may say no.

    Raises:
        Refused: a lot that has to stay where it is.
    """
    lot_ids = sorted(
        {
            move.lot_id
            for move in moves
            if move.from_place_id == places.quarantine_id and move.to_place_id == places.store_id
        }
    )
    if not lot_ids:
        return
    raise_all(
        Refused(
            N_("Lot {lot} is recalled: it stays in quarantine until it is sent back or destroyed."),
            code="recalled",
            lot=lot_label(lot_id),
        )
        for lot_id in sorted(blocks.blocked_lot_ids(places.area_path, lot_ids))
    )
    today = timezone.localtime(at).date()
    events.tell(events.QuarantineLeft(places.facility_id, tuple(lot_ids), actor.user_id, today))
